#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0

import { createProgram } from './program.ts'
import { reportError } from './report-error.ts'

// Whoever read our output has seen enough (`plait … | head`): end as other programs do then, by SIGPIPE's code.
process.stdout.on('error', (error) => {
  if ('code' in error && error.code === 'EPIPE') process.exit(141)
  throw error
})

try {
  await createProgram().parseAsync(process.argv)
} catch (error) {
  process.exitCode = reportError(error)
}
