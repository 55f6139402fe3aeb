// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { usualTurnLimits } from '../requests/turns.ts'
import { usualServerLimits } from './socket-server.ts'

const source = readFileSync(join(import.meta.dirname, '../../../shim/main.c'), 'utf8')
const undoMs = 30_000

test('a call is over, and its ADD undone, before the shim gives up', () => {
  const replyMs = Number(/\bREPLY_SECONDS = (\d+)/.exec(source)?.[1]) * 1000
  const { waitMs, callMs } = usualTurnLimits
  assert.ok(waitMs < callMs)
  assert.ok(callMs + undoMs <= replyMs, `${callMs} and ${undoMs} ms, where the shim waits for ${replyMs}`)
  assert.ok(usualServerLimits.stayMs < replyMs)
})
