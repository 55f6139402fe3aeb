// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { chainComment, chainName, hashName, masqueradeComment, masqueradeInstance } from './hash-names.ts'

describe('names made of hashes', () => {
  it('are those of the Go plugins', () => {
    assert.equal(chainName('test', '1234'), 'CNI-2bbe0c48b91a7d1b8a6753a8')
    assert.equal(chainName('test', '1234', 'DN-'), 'CNI-DN-2bbe0c48b91a7d1b8a675')
    assert.equal(hashName(15, 'bwp', 'test1234'), 'bwp2bbe0c48b91a')
    assert.equal(masqueradeInstance('unit-test', 'eth0', 'one'), '6fd94d501e58f0aa-287fc69eff0574a2')
    assert.equal(masqueradeInstance('alternate', 'net1', 'three'), '82783ef24bdc7036-acb19d111858e348')
  })

  it('go into comments that say whose a rule is', () => {
    assert.equal(chainComment('lan', 'abc'), 'name: "lan" id: "abc"')
    assert.equal(
      masqueradeComment('unit-test', 'eth0', 'one'),
      '6fd94d501e58f0aa-287fc69eff0574a2, net: unit-test, if: eth0, id: one',
    )
  })

  it('keep a comment within what nft takes', () => {
    assert.equal(masqueradeComment('n'.repeat(200), 'eth0', 'one').length, 128)
  })
})
