// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../base/index.ts'
import { readMultusConfig } from './config.ts'

const delegate = { type: 'weave-net', name: 'weave' }
const read = (more: JsonObject = {}) =>
  readMultusConfig({ name: 'n', type: 'multus', delegates: [delegate], ...more })
const invalid = (problem: string) => ({ id: 'multus/config-invalid', message: `LoadNetConf: ${problem}` })

describe('readMultusConfig()', () => {
  test('fills in the defaults of upstream (spec 2.1)', () => {
    const { delegates, runtimeConfig, log, ...rest } = read()
    assert.equal(delegates.length, 1)
    assert.deepEqual(runtimeConfig, { others: {} })
    assert.deepEqual(rest, {
      cniVersion: '',
      confDir: '/etc/cni/multus/net.d',
      cniDir: '/var/lib/cni/multus',
      binDir: '/opt/cni/bin',
      kubeconfig: '',
      readinessIndicatorFile: '',
      clusterNetwork: '',
      defaultNetworks: [],
      auxiliaryCniChainName: '',
      systemNamespaces: ['kube-system'],
      multusNamespace: 'kube-system',
      namespaceIsolation: false,
      globalNamespaces: ['default'],
      retryDeleteOnError: false,
      isolateDefaultNetwork: false,
      strict: true,
      parallelAttach: true,
    })
    assert.deepEqual(log, {
      file: '',
      level: '',
      toStderr: true,
      maxAgeDays: 5,
      maxSizeMegabytes: 100,
      maxBackups: 5,
      compress: true,
    })
  })

  test('takes over every key, in any case (JSON-1)', () => {
    const config = read({
      CONFDIR: '/a',
      readinessindicatorfile: '/r',
      retryDeleteOnError: true,
      strict: false,
      systemNamespaces: [],
      logLevel: 'debug',
      logOptions: { maxAge: 1, maxSize: 2, maxBackups: 3, compress: false },
    })
    assert.deepEqual(
      [config.confDir, config.readinessIndicatorFile, config.retryDeleteOnError, config.strict],
      ['/a', '/r', true, false],
    )
    assert.deepEqual(config.systemNamespaces, [])
    assert.deepEqual(Object.values(config.log), ['', 'debug', true, 1, 2, 3, false])
  })

  test('marks the first static delegate as default network (CFG-4)', () => {
    const { delegates } = read({ delegates: [delegate, { type: 'b', name: 'b' }] })
    assert.deepEqual(
      delegates.map(({ name, master }) => [name, master]),
      [
        ['weave', true],
        ['b', false],
      ],
    )
  })

  test('writes a static delegate with sorted keys, as upstream executes it (CFG-3, JSON-3)', () => {
    const [first] = read({ delegates: [{ type: 'bridge', name: 'n', a: '<' }] }).delegates
    assert.equal(first?.network.bytes.toString(), '{"a":"\\u003c","name":"n","type":"bridge"}')
  })

  test('ignores static delegates when there is a clusterNetwork', () => {
    const config = read({ clusterNetwork: 'lan', delegates: [{}] })
    assert.deepEqual([config.clusterNetwork, config.delegates], ['lan', []])
  })

  test('trims the global namespaces and keeps their order (CFG-7)', () => {
    assert.deepEqual(read({ globalNamespaces: ' foo,bar ,,default' }).globalNamespaces, [
      'foo',
      'bar',
      '',
      'default',
    ])
  })

  test('refuses a configuration without any network (CFG-2)', () => {
    for (const delegates of [undefined, null, []]) {
      assert.throws(
        () => read({ delegates }),
        invalid('at least one delegate/clusterNetwork must be specified'),
      )
    }
  })

  test('names the static delegate that cannot be used (CFG-3)', () => {
    assert.throws(
      () => read({ delegates: [delegate, { name: 'x' }] }),
      invalid(
        "failed to load delegate 1 config: LoadDelegateNetConf: failed with: LoadDelegateNetConfList: delegate must have the 'type' or 'plugin' field",
      ),
    )
    assert.throws(
      () => read({ delegates: ['x'] }),
      /failed to load delegate 0 config: json: cannot unmarshal string/,
    )
  })

  test('refuses a known key of a wrong type (CFG-1, JSON-2)', () => {
    for (const [more, place] of [
      [{ logToStderr: 'true' }, 'NetConf.logToStderr of type bool'],
      [{ capabilities: { x: 'yes' } }, 'NetConf.capabilities of type bool'],
      [{ ipam: [] }, 'NetConf.ipam'],
      [{ defaultNetworks: 'a' }, 'NetConf.defaultNetworks of type []string'],
      [{ runtimeConfig: { bandwidth: 3 } }, 'RuntimeConfig.bandwidth'],
      [{ delegates: 'x' }, 'NetConf.delegates'],
    ] as const) {
      assert.throws(
        () => read(more),
        (error: Error) => error.message.includes(place),
        place,
      )
    }
  })

  test('parses a prevResult with the version of the configuration, and then forgets it', () => {
    const prevResult = { ip4: { ip: '10.0.0.2/24' }, dns: {} }
    assert.ok(read({ prevResult }))
    assert.throws(
      () => read({ cniVersion: '1.0.0', prevResult: { ips: 3 } }),
      /^PlaitError: LoadNetConf: could not parse prevResult: /,
    )
  })
})
