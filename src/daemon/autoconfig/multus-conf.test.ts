// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../base/index.ts'
import { listOfPlugin, parseNetworkConfig, parseNetworkConfigList } from '../../cni/index.ts'
import type { NetworkConfigList } from '../../cni/index.ts'
import { formatMultusConf } from './multus-conf.ts'
import { readAutoconfigSettings } from './settings.ts'

const auto = {
  cniConfigDir: '/etc/cni/net.d',
  multusAutoconfigDir: '/etc/cni/net.d',
  multusConfigFile: 'auto',
}
const clusterNetwork = '/etc/cni/net.d/10-default.conflist'
const bridge = { type: 'bridge', ipam: { type: 'host-local' } }
const portmap = { type: 'portmap', capabilities: { portMappings: true, bandwidth: false } }

function list(...plugins: readonly JsonObject[]): NetworkConfigList {
  return parseNetworkConfigList({ cniVersion: '1.0.0', name: 'default-net', plugins })
}

function confOf(daemon: JsonObject, network: NetworkConfigList | undefined): string {
  const settings = readAutoconfigSettings({ ...auto, cniVersion: '1.0.0', ...daemon }, 'daemon-config.json')
  assert.ok(settings?.mode === 'generate')
  return formatMultusConf(settings, { clusterNetwork, network })
}

describe('formatMultusConf()', () => {
  test('writes what upstream writes, byte for byte, with the default manifest', () => {
    assert.equal(
      confOf(
        { chrootDir: '', socketDir: '/run/multus/', logLevel: 'error', logToStderr: true },
        list(bridge),
      ),
      '{"cniVersion":"1.0.0","logLevel":"error","logToStderr":true,"name":"multus-cni-network","clusterNetwork":"/etc/cni/net.d/10-default.conflist","type":"multus-shim"}',
    )
  })

  test('writes what upstream writes, byte for byte, with capabilities and isolation', () => {
    const daemon = {
      logLevel: 'verbose',
      logToStderr: true,
      capabilities: { bandwidth: true },
      namespaceIsolation: true,
      globalNamespaces: 'default,other',
    }
    assert.equal(
      confOf(daemon, list(bridge, portmap)),
      '{"capabilities":{"bandwidth":true,"portMappings":true},"cniVersion":"1.0.0","logLevel":"verbose","logToStderr":true,"name":"multus-cni-network","clusterNetwork":"/etc/cni/net.d/10-default.conflist","namespaceIsolation":true,"globalNamespaces":"default,other","type":"multus-shim"}',
    )
  })

  test('writes each key that upstream writes, in its order, whatever the order in the file', () => {
    const daemon = {
      overrideNetworkName: true,
      daemonSocketDir: '/run/multus/',
      auxiliaryCNIChainName: 'chain',
      cniDir: '/var/lib/cni/multus',
      type: 'mine',
      globalNamespaces: 'a',
      namespaceIsolation: true,
      logOptions: { maxAge: 1 },
      logToStderr: true,
      logLevel: 'debug',
      logFile: '/l',
      capabilities: { ips: true },
      binDir: '/b',
    }
    const conf = JSON.parse(confOf(daemon, list(bridge)))
    assert.deepEqual(
      Object.keys(conf).join(' '),
      'binDir capabilities cniVersion logFile logLevel logToStderr logOptions name clusterNetwork namespaceIsolation ' +
        'globalNamespaces type cniDir auxiliaryCNIChainName daemonSocketDir overrideNetworkName',
    )
    assert.equal(conf.name, 'default-net')
  })

  test('leaves out what is empty or false, and what is the daemon its own', () => {
    const daemon = {
      logToStderr: false,
      binDir: '',
      capabilities: {},
      namespaceIsolation: false,
      readinessindicatorfile: '/r',
      kubeconfig: '/k',
      confDir: '/c',
      systemNamespaces: ['a'],
      multusMasterCNI: '10-default.conflist',
      name: 'other',
    }
    assert.deepEqual(Object.keys(JSON.parse(confOf(daemon, list(bridge)))), [
      'cniVersion',
      'name',
      'clusterNetwork',
      'type',
    ])
  })

  test('merges the capabilities of all plugins, but not those that are false', () => {
    const bandwidth = { type: 'bandwidth', capabilities: { bandwidth: true, ips: false } }
    const { capabilities } = JSON.parse(confOf({}, list(bridge, portmap, bandwidth)))
    assert.deepEqual(capabilities, { bandwidth: true, portMappings: true })
  })

  test('takes the capabilities of a network of one plugin', () => {
    const network = listOfPlugin(parseNetworkConfig({ cniVersion: '0.4.0', name: 'one', ...portmap }))
    assert.deepEqual(JSON.parse(confOf({}, network)).capabilities, { portMappings: true })
  })

  test('refuses a default network whose version is too old or missing, with the words of upstream', () => {
    const old = parseNetworkConfigList({ cniVersion: '0.3.1', name: 'o', plugins: [bridge] })
    const none = parseNetworkConfigList({ name: 'n', plugins: [bridge] })
    const prefix = 'failed to load the primary CNI configuration as a multus delegate with error'
    assert.throws(() => confOf({ cniVersion: '0.4.0' }, old), {
      id: 'daemon/default-network-invalid',
      message: `${prefix} 'delegate cni version is 0.3.1 while top level cni version is 0.4.0'`,
    })
    assert.throws(() => confOf({}, none), { message: `${prefix} 'couldn't get cni version of delegate'` })
    for (const network of [old, none]) assert.match(confOf({ cniVersion: '0.3.1' }, network), /"0\.3\.1"/)
  })

  test('refuses to take over a name that is not there', () => {
    const nameless = parseNetworkConfigList({ cniVersion: '1.0.0', name: '', plugins: [bridge] })
    assert.throws(() => confOf({ overrideNetworkName: true }, nameless), {
      message: /failed to access delegate CNI plugin name/,
    })
  })
})
