// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isJsonObject, parseJson, type JsonObject } from '../../base/index.ts'
import { parseNetworkConfigList } from '../../cni/index.ts'
import type { Node } from '../scenario/topology.ts'
import { daemonConfigPath, nodeConfigFiles, nodeKubeconfigPath } from './node-config.ts'

const node: Node = {
  name: 'n1',
  nics: [],
  bridges: [],
  podSubnet: '10.233.1.0/24',
  files: { '/etc/example': 'text' },
  daemon: { namespaceIsolation: true, globalNamespaces: 'kube-system' },
  netns: { given: '/var/run/netns', mounted: undefined },
}
const files = nodeConfigFiles(node, '10.233.0.0/16')

function object(path: string): JsonObject {
  const value = parseJson(files[path] ?? '')
  assert.ok(isJsonObject(value))
  return value
}

describe('nodeConfigFiles()', () => {
  it('leaves the configuration of Multus to the daemon', () => {
    const names = Object.keys(files).filter((path) => /^\/etc\/cni\/net\.d\/[^/]+$/.test(path))
    assert.deepEqual(names, ['/etc/cni/net.d/10-pod-network.conflist'])
    const { multusConfigFile, multusAutoconfigDir } = object(daemonConfigPath)
    assert.equal(multusConfigFile, 'auto')
    assert.equal(multusAutoconfigDir, '/etc/cni/net.d')
  })

  it("gives the primary network the node's piece of the pods' range, and routes for cluster addresses", () => {
    const list = parseNetworkConfigList(object('/etc/cni/net.d/10-pod-network.conflist'))
    const ipam = list.plugins[0]?.config['ipam']
    assert.deepEqual(ipam, {
      type: 'host-local',
      ranges: [[{ subnet: '10.233.1.0/24' }]],
      routes: [{ dst: '10.233.0.0/16' }, { dst: '10.96.0.0/12' }, { dst: '0.0.0.0/0' }],
    })
  })

  it('hands the settings of the scenario to the daemon', () => {
    const { namespaceIsolation, kubeconfig } = object(daemonConfigPath)
    assert.equal(namespaceIsolation, true)
    assert.equal(kubeconfig, nodeKubeconfigPath)
    assert.equal(files['/etc/example'], 'text')
  })
})
