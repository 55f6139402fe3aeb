// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isJsonObject, parseJson } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { parseNetworkConfigList } from '../../cni/index.ts'
import { asMaster, delegateFromListFile, loadDelegate } from '../delegate/load.ts'
import { formatScratchFile } from './scratch-format.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const noFullList = {
  Name: '',
  CNIVersion: '',
  DisableCheck: false,
  DisableGC: false,
  LoadOnlyInlinedPlugins: false,
  Plugins: null,
  Bytes: null,
}

/** The elements of the file, as a program sees them that knows nothing of ours. */
function parsed(...delegates: Parameters<typeof formatScratchFile>[0]): JsonObject[] {
  const value = parseJson(formatScratchFile(delegates))
  assert.ok(Array.isArray(value))
  return value.filter((element) => isJsonObject(element))
}

describe('formatScratchFile()', () => {
  test('writes a list delegate as upstream does (spec A.2)', () => {
    const config = {
      cniVersion: '0.3.1',
      name: 'mv',
      plugins: [
        { type: 'macvlan', capabilities: { ips: true }, master: 'eth1', ipam: { type: 'static', x: 1 } },
        { type: 'tuning', capabilities: { mac: true } },
      ],
    }
    const text = JSON.stringify(config)
    const selection = { name: 'mv', namespace: 'default', mac: '02:00:00:00:00:01', ips: ['10.1.1.11/24'] }
    assert.deepEqual(parsed(loadDelegate(text, { selection })), [
      {
        Conf: { cniVersion: '0.3.1', ipam: {}, name: 'mv' },
        ConfList: {
          cniVersion: '0.3.1',
          name: 'mv',
          plugins: [
            { capabilities: { ips: true }, ipam: { type: 'static' }, type: 'macvlan' },
            { capabilities: { mac: true }, ipam: {}, type: 'tuning' },
          ],
        },
        CNINetworkConfigList: noFullList,
        Name: 'default/mv',
        macRequest: '02:00:00:00:00:01',
        ipRequest: ['10.1.1.11/24'],
        IsFilterV4Gateway: false,
        IsFilterV6Gateway: false,
        Bytes: base64(text),
      },
    ])
  })

  test('writes a single plugin with an empty list, and the gateway flags of all (GW-2)', () => {
    const text = '{"type":"bridge","name":"n","dns":{"domain":"d"}}'
    const other = { selection: { name: 'b', namespace: 'a', defaultRoute: ['10.0.0.1'] } }
    const [first, second] = parsed(asMaster(loadDelegate(text)), loadDelegate(text, other))
    assert.deepEqual(first, {
      Conf: { dns: { domain: 'd' }, ipam: {}, name: 'n', type: 'bridge' },
      ConfList: {},
      CNINetworkConfigList: noFullList,
      Name: 'n',
      IsFilterV4Gateway: true,
      IsFilterV6Gateway: true,
      Bytes: base64(text),
    })
    assert.deepEqual(
      { ...second, Conf: 0, CNINetworkConfigList: 0, Bytes: 0 },
      {
        Conf: 0,
        ConfList: {},
        CNINetworkConfigList: 0,
        Name: 'a/b',
        'default-route': ['10.0.0.1'],
        IsFilterV4Gateway: false,
        IsFilterV6Gateway: true,
        Bytes: 0,
      },
    )
  })

  test('stores ports and bandwidth besides, which upstream forgets (BUG-11)', () => {
    const bandwidth = { ingressRate: 1, ingressBurst: 2, egressRate: 3, egressBurst: 4 }
    const selection = {
      name: 'b',
      namespace: 'a',
      portMappings: [{ hostPort: 1, containerPort: 2 }],
      bandwidth,
    }
    const [element = {}] = parsed(loadDelegate('{"type":"t"}', { selection }))
    assert.deepEqual(
      Object.keys(element).filter((key) => key.endsWith('Request')),
      ['portMappingsRequest', 'bandwidthRequest'],
    )
  })

  test('stores a list from a file whole, and without a top-level part', () => {
    const text = '{"cniVersion":"1.0.0","name":"l","plugins":[{"type":"bridge","bridge":"cni0"}]}'
    const delegate = delegateFromListFile(parseNetworkConfigList(Buffer.from(text)))
    const [element = {}] = parsed(delegate)
    assert.deepEqual(element['Conf'], { ipam: {} })
    assert.deepEqual(element['CNINetworkConfigList'], {
      Name: 'l',
      CNIVersion: '1.0.0',
      DisableCheck: false,
      DisableGC: false,
      LoadOnlyInlinedPlugins: false,
      Plugins: [
        { Network: { ipam: {}, type: 'bridge' }, Bytes: base64('{"bridge":"cni0","type":"bridge"}') },
      ],
      Bytes: base64(text),
    })
  })
})
