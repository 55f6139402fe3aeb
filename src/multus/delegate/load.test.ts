// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { deviceIdOf, pluginsOf, typeOf } from './delegate.ts'
import { asMaster, loadDelegate } from './load.ts'

const list = { cniVersion: '1.0.0', name: 'l', plugins: [{ type: 'a', own: 1 }, { type: 'b' }] }
const selection = { name: 'net1', namespace: 'ns' }

describe('loadDelegate()', () => {
  test('takes anything with a type for a single plugin (DLG-1)', () => {
    const delegate = loadDelegate(JSON.stringify({ ...list, type: 'macvlan' }))
    assert.equal(delegate.isList, false)
    assert.equal(typeOf(delegate), 'macvlan')
  })

  test('executes the very bytes unless something is put in (NAD-4)', () => {
    const text = ' {"type":  "macvlan", "name":"n"}\n'
    assert.equal(loadDelegate(text).network.bytes.toString(), text)
    const changed = loadDelegate(text, { selection: { ...selection, cniArgs: { a: 1 } } })
    assert.equal(changed.network.bytes.toString(), '{"args":{"cni":{"a":1}},"name":"n","type":"macvlan"}')
  })

  test('is shown as namespace/name, or by its CNI name (DLG-4)', () => {
    assert.equal(loadDelegate(JSON.stringify(list)).name, 'l')
    assert.equal(loadDelegate('{"type":"a","name":"n"}').name, 'n')
    const delegate = loadDelegate(JSON.stringify(list), { selection })
    assert.equal(delegate.name, 'ns/net1')
    assert.equal(delegate.network.name, 'l')
  })

  test('keeps what a pod asks of the attachment (DLG-8)', () => {
    const request = {
      interfaceName: 'data0',
      mac: '02:00:00:00:00:01',
      ips: ['10.0.0.1'],
      infinibandGuid: '24:8a:07:03:00:8d:ae:2e',
      bandwidth: { ingressRate: 1, ingressBurst: 2, egressRate: 3, egressBurst: 4 },
      portMappings: [{ hostPort: 1, containerPort: 2 }],
      defaultRoute: [],
      deviceId: 'd',
    }
    assert.deepEqual(
      loadDelegate('{"type":"a"}', { selection: { ...selection, ...request } }).request,
      request,
    )
  })

  test('puts the device of its resource into the plugins and before the requested one (DLG-5, DLG-8)', () => {
    const options = {
      selection: { ...selection, deviceId: 'asked' },
      device: { resourceName: 'r', id: 'given' },
    }
    const delegate = loadDelegate(JSON.stringify(list), options)
    assert.equal(deviceIdOf(delegate), 'given')
    assert.deepEqual(
      pluginsOf(delegate).map(({ config }) => config.deviceID),
      ['given', 'given'],
    )
    const exhausted = loadDelegate(JSON.stringify(list), {
      ...options,
      device: { resourceName: 'r', id: '' },
    })
    assert.equal(deviceIdOf(exhausted), 'asked')
    assert.deepEqual(exhausted.network.bytes, Buffer.from(JSON.stringify(list)))
  })

  test('keeps every field of every plugin (DLG-9)', () => {
    assert.deepEqual(
      pluginsOf(loadDelegate(JSON.stringify(list))).map(({ config }) => config),
      list.plugins,
    )
  })

  test("refuses lists without plugins in upstream's words, the empty one too (DLG-2, BUG-15)", () => {
    for (const config of ['{}', '{"plugins": null}', '{"name": "l", "plugins": []}']) {
      assert.throws(() => loadDelegate(config), {
        id: 'multus/nad-invalid',
        message:
          "LoadDelegateNetConf: failed with: LoadDelegateNetConfList: delegate must have the 'type' or 'plugin' field",
      })
    }
    for (const plugin of ['{}', '{"type": ""}', 'null', '3']) {
      assert.throws(() => loadDelegate(`{"name": "l", "plugins": [${plugin}]}`), {
        message:
          "LoadDelegateNetConf: failed with: LoadDelegateNetConfList: a plugin delegate must have the 'type' field",
      })
    }
  })

  test('refuses what is no JSON object, and fields of a wrong type (DLG-3)', () => {
    for (const [text, problem] of [
      ['{"type": "a"', 'unexpected end of JSON input'],
      ['null', 'json: cannot unmarshal null into Go value of type types.NetConf'],
      ['[]', 'json: cannot unmarshal array into Go value of type types.NetConf'],
      ['{"type": "a", "capabilities": {"ips": "yes"}}', 'capabilities.ips'],
    ] as const) {
      assert.throws(
        () => loadDelegate(text),
        (error: Error) =>
          error.message.startsWith('LoadDelegateNetConf: error unmarshalling delegate config: ') &&
          error.message.includes(problem),
      )
    }
  })

  test('refuses a later plugin of a list without type before anything is attached', () => {
    assert.throws(() => loadDelegate('{"name": "l", "plugins": [{"type": "a"}, {}]}'), /missing 'type'/)
  })
})

test('asMaster() makes the default network of a delegate and leaves the original alone', () => {
  const delegate = loadDelegate('{"type":"a"}')
  assert.equal(asMaster(delegate).master, true)
  assert.equal(delegate.master, false)
})
