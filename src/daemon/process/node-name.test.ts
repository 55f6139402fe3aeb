// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createLog, silentLog } from '../../base/index.ts'
import { readNodeName } from './node-name.ts'

describe('readNodeName()', () => {
  test("takes upstream's variable before the usual one", () => {
    assert.equal(readNodeName({ MULTUS_NODE_NAME: 'a', NODE_NAME: 'b' }, silentLog), 'a')
    assert.equal(readNodeName({ MULTUS_NODE_NAME: '', NODE_NAME: 'b' }, silentLog), 'b')
  })

  test('says that all pods are watched when there is no name', () => {
    const lines: string[] = []
    const log = createLog({ level: 'warn', destination: { write: (line) => void lines.push(line) } })
    assert.equal(readNodeName({ HOSTNAME: 'c' }, log), undefined)
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', /whole cluster.*MULTUS_NODE_NAME/)
  })
})
