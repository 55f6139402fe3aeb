// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createLog, silentLog } from '../../base/index.ts'
import { podSelector, readNodeName } from './node-name.ts'

describe('readNodeName()', () => {
  test("takes upstream's variable before the usual one, and guesses nothing", () => {
    assert.equal(readNodeName({ MULTUS_NODE_NAME: 'a', NODE_NAME: 'b' }), 'a')
    assert.equal(readNodeName({ MULTUS_NODE_NAME: '', NODE_NAME: 'b' }), 'b')
    assert.equal(readNodeName({ NODE_NAME: '', HOSTNAME: 'c' }), undefined)
  })
})

describe('podSelector()', () => {
  test('selects the pods of the node', () => {
    assert.equal(podSelector('n1', silentLog), 'spec.nodeName=n1')
  })

  test('selects all pods without a name, and says so', () => {
    const lines: string[] = []
    const log = createLog({ level: 'warn', destination: { write: (line) => void lines.push(line) } })
    assert.equal(podSelector(undefined, log), undefined)
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', /whole cluster.*MULTUS_NODE_NAME/)
  })
})
