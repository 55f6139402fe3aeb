// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { deviceIdOf, pluginsOf } from '../delegate/delegate.ts'
import { asMaster, loadDelegate } from '../delegate/load.ts'
import { formatScratchFile } from './scratch-format.ts'
import { parseScratchFile } from './scratch-parse.ts'

const base64 = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64')

describe('parseScratchFile()', () => {
  test('gives back what was written', () => {
    const selection = {
      name: 'mv',
      namespace: 'default',
      interfaceName: 'data0',
      mac: '02:00:00:00:00:01',
      infinibandGuid: '24:8a:07:03:00:8d:ae:2e',
      ips: ['10.1.1.11/24'],
      portMappings: [{ hostPort: 1, containerPort: 2, protocol: 'udp' }],
      bandwidth: { ingressRate: 1, ingressBurst: 2, egressRate: 3, egressBurst: 4 },
      defaultRoute: [],
    }
    const delegates = [
      asMaster(loadDelegate('{"type":"bridge","name":"n"}')),
      loadDelegate('{"name":"l","plugins":[{"type":"a"}]}', { selection }),
      loadDelegate('{"type":"a","name":"x"}', { selection: { name: 'x', namespace: 'y', deviceId: 'd' } }),
      loadDelegate('{"type":"a","name":"x"}', { device: { resourceName: 'r', id: 'e' } }),
    ]
    assert.deepEqual(parseScratchFile(formatScratchFile(delegates)), delegates)
  })

  test('prefers the whole list that upstream kept beside its own lossy bytes (BUG-43)', () => {
    const plugin = { type: 'bridge', bridge: 'cni0', ipam: { type: 'host-local', ranges: [] } }
    const lossy = {
      cniVersion: '1.0.0',
      name: 'l',
      plugins: [{ type: 'bridge', ipam: { type: 'host-local' } }],
    }
    const element = {
      Conf: { ipam: {} },
      ConfList: lossy,
      CNINetworkConfigList: {
        Name: 'l',
        CNIVersion: '1.0.0',
        DisableCheck: true,
        Plugins: [{ Network: {}, Bytes: base64(plugin) }],
        Bytes: base64('ignored'),
      },
      Name: 'l',
      Bytes: base64(lossy),
    }
    const [delegate] = parseScratchFile(JSON.stringify([element]))
    assert.ok(delegate?.isList)
    assert.deepEqual(
      pluginsOf(delegate).map(({ config }) => config),
      [plugin],
    )
    assert.deepEqual(
      [delegate.network.name, delegate.network.disableCheck, delegate.master],
      ['l', true, true],
    )
  })

  test('reads files of releases without that member', () => {
    const element = {
      Conf: { type: 'macvlan', name: 'n' },
      ConfList: {},
      Name: 'default/n',
      ifnameRequest: 'data0',
      deviceID: '0000:03:02.0',
      Bytes: base64({ type: 'macvlan', name: 'n', master: 'eth1' }),
    }
    const [delegate] = parseScratchFile(JSON.stringify([element]))
    assert.ok(delegate)
    assert.deepEqual(
      [delegate.name, delegate.request.interfaceName, deviceIdOf(delegate)],
      ['default/n', 'data0', '0000:03:02.0'],
    )
  })

  test('refuses what is no such file, and takes an empty list for nothing (BUG-15)', () => {
    for (const text of ['', '{', '{}', 'null', '[3]', '[{}]', '[{"Bytes": 3}]', '[{"Bytes": "e30="}]']) {
      assert.throws(() => parseScratchFile(text), text)
    }
    assert.deepEqual(parseScratchFile('[]'), [])
  })

  test('never throws anything but its own errors, whatever the text', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        try {
          parseScratchFile(text)
        } catch (error) {
          assert.match(String(error), /^(Plait|Config)Error: /)
        }
      }),
    )
  })
})
