#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0

import { runDaemon } from './process/run-daemon.ts'

process.exitCode = await runDaemon(process.argv.slice(2))
