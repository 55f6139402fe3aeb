// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseShorthandItem } from './shorthand.ts'

const parse = (item: string) => parseShorthandItem(item, 'pod-ns')

describe('parseShorthandItem()', () => {
  test('takes a name alone from the namespace of the pod', () => {
    assert.deepEqual(parse('net1'), { name: 'net1', namespace: 'pod-ns' })
  })

  test('takes namespace, name and interface, trimming each piece', () => {
    assert.deepEqual(parse(' other / net1 @ data0 '), {
      name: 'net1',
      namespace: 'other',
      interfaceName: 'data0',
    })
  })

  test('takes interface names that are no DNS labels (ANN-8)', () => {
    assert.equal(parse('default/net1@my_interface').interfaceName, 'my_interface')
    assert.equal(parse('net1@fifteen-letters').interfaceName, 'fifteen-letters')
  })

  test('takes an empty interface name for none, and an empty name as it is (ANN-6, ANN-7)', () => {
    assert.deepEqual(parse('net1@'), { name: 'net1', namespace: 'pod-ns' })
    assert.deepEqual(parse(''), { name: '', namespace: 'pod-ns' })
  })

  test('refuses more than one slash or at-sign (ANN-4)', () => {
    for (const item of ['root@someIP/root@someOtherIP', 'a/b/c', '///', 'net1@eth0@eth1']) {
      const at = item.split('/').length > 2 ? '/' : '@'
      const expected = { message: `parsePodNetworkObjectName: Invalid network object (failed at '${at}')` }
      if (!item.startsWith('root')) assert.throws(() => parse(item), expected)
      else assert.throws(() => parse(item), /mismatch @ 'root@someIP'/)
    }
  })

  test('refuses names that are no DNS labels, naming the piece (ANN-5)', () => {
    for (const item of ['Net-A', '-net', 'net_', '../x', 'a.b']) {
      const bad = item === '../x' ? '..' : item
      assert.throws(() => parse(item), {
        id: 'multus/annotation-invalid',
        message:
          'parsePodNetworkObjectName: Failed to parse: one or more items did not match comma-delimited format ' +
          '(must consist of lower case alphanumeric characters). Must start and end with an alphanumeric ' +
          `character), mismatch @ '${bad}'`,
      })
    }
  })

  test('refuses interface names that are too long or hold blanks or slashes (ANN-6)', () => {
    for (const name of ['abcdefghijklmnop', 'a b', 'éééééééé']) {
      assert.throws(() => parse(`net1@${name}`), {
        message:
          "parsePodNetworkObjectName: Failed to parse interface name: must be less than 15 chars and not contain '/' or spaces." +
          ` interface name '${name}'`,
      })
    }
  })
})
