// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { describeError, silentLog } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { readMultusConfig } from '../config/config.ts'
import { configuredDelegates, podDelegates } from './delegates.ts'
import type { AssemblyContext } from './delegates.ts'
import { noDevices } from '../devices/device-pool.ts'
import { FakeCluster } from '../fakes/fake-cluster.ts'
import { defaultNetworkAnnotation, networksAnnotation } from '../networks/networks.ts'

const staticDelegates: JsonObject = { delegates: [{ type: 'weave-net', name: 'weave' }] }

interface World {
  readonly config?: JsonObject
  readonly annotations?: Readonly<Record<string, string>>
  readonly podNamespace?: string
  readonly definitions?: readonly string[]
}

function setUp({
  config = staticDelegates,
  annotations = {},
  podNamespace = 'default',
  definitions = [],
}: World) {
  const cluster = new FakeCluster()
  for (const place of definitions)
    cluster.putDefinition(place, { type: 'macvlan', name: place.split('/')[1] })
  const context: AssemblyContext = {
    config: readMultusConfig({ name: 'n', ...config }),
    pod: { namespace: podNamespace, name: 'pod1', uid: 'u', annotations },
    cluster,
    devices: noDevices,
    bounds: {},
    log: silentLog,
    onMissing: (message) => cluster.events.push(message),
  }
  return { cluster, context }
}

async function namesOf(world: World): Promise<readonly string[]> {
  const { context } = setUp(world)
  const { delegates } = await podDelegates(await configuredDelegates(context), context)
  return delegates.map(({ name, master }) => (master ? `*${name}` : name))
}

const failureOf = async (world: World): Promise<string> => namesOf(world).then(() => '', describeError)
const networks = (text: string) => ({ [networksAnnotation]: text })
const defaultNetwork = (text: string) => ({ [defaultNetworkAnnotation]: text })

describe('the networks of a pod', () => {
  test('are those of the configuration, then those of the annotation in order (§5.5)', async () => {
    const definitions = ['default/net1', 'other/net2', 'default/unused']
    assert.deepEqual(await namesOf({ annotations: networks('net1,other/net2'), definitions }), [
      '*weave',
      'default/net1',
      'other/net2',
    ])
  })

  test('are those of the configuration alone without Kubernetes (CFG-6)', async () => {
    const { context } = setUp({ annotations: networks('net1') })
    const { delegates } = await podDelegates(await configuredDelegates({ ...context, cluster: undefined }), {
      ...context,
      cluster: undefined,
    })
    assert.equal(delegates.length, 1)
  })

  test('start with clusterNetwork and defaultNetworks where those are set', async () => {
    const config = { clusterNetwork: 'net1', defaultNetworks: ['net2', 'net3'] }
    const definitions = ['kube-system/net1', 'kube-system/net2', 'kube-system/net3', 'default/net4']
    assert.deepEqual(await namesOf({ config, annotations: networks('net4'), definitions }), [
      '*kube-system/net1',
      'kube-system/net2',
      'kube-system/net3',
      'default/net4',
    ])
    assert.deepEqual(await namesOf({ config, podNamespace: 'kube-system', definitions }), [
      '*kube-system/net1',
    ])
  })

  test('need the API for a clusterNetwork (CFG-5)', async () => {
    const { context } = setUp({ config: { clusterNetwork: 'net1' } })
    await assert.rejects(configuredDelegates({ ...context, cluster: undefined }), {
      id: 'multus/no-api',
      message: 'GetDefaultNetworks: must have either Kubernetes config or delegates',
    })
  })

  test('say which clusterNetwork was not found, and why (SEL-6)', async () => {
    assert.match(
      await failureOf({ config: { clusterNetwork: 'net1', confDir: '/nonexistent' } }),
      /^GetDefaultNetworks: failed to get clusterNetwork net1 in namespace kube-system: getNetDelegate: cannot find network: net1: .*"net1" not found; No networks found in \/nonexistent$/,
    )
  })

  test('start with the one of the default-network annotation when there is one (DN-1, DN-4)', async () => {
    const definitions = ['kube-system/net1', 'other/net2', 'default/net3']
    assert.deepEqual(await namesOf({ annotations: defaultNetwork('net1'), definitions }), [
      '*kube-system/net1',
    ])
    const annotations = { ...defaultNetwork('[{"name": "net2", "namespace": "other"}]'), ...networks('net3') }
    assert.deepEqual(await namesOf({ annotations, definitions }), ['*other/net2', 'default/net3'])
  })

  test('fail for a default-network annotation that names none or several (DN-2, DN-3, DN-7, BUG-15)', async () => {
    const prefix = 'TryLoadPodDelegates: error in loading K8s cluster default network from pod annotation: '
    for (const text of ['', '[]']) {
      assert.equal(
        await failureOf({ annotations: defaultNetwork(text) }),
        `${prefix}tryLoadK8sPodDefaultNetwork: pod annotation does not have "network" as key`,
      )
    }
    assert.equal(
      await failureOf({ annotations: defaultNetwork('a,b') }),
      `${prefix}tryLoadK8sPodDefaultNetwork: more than one default network is specified: a,b`,
    )
  })

  test('keep to the own namespace and the global ones under isolation (ISO-1, ISO-4)', async () => {
    const config = { ...staticDelegates, namespaceIsolation: true }
    const definitions = ['default/net1', 'other/net2', 'shared/net3']
    assert.equal(
      await failureOf({ config, annotations: networks('net1,other/net2'), definitions }),
      'TryLoadPodDelegates: error in getting k8s network for pod: GetNetworkDelegates: namespace isolation enabled, ' +
        'annotation violates permission, pod is in namespace default but refers to target namespace other',
    )
    const open = { ...config, globalNamespaces: 'shared' }
    const annotations = networks('shared/net3')
    assert.equal((await namesOf({ config: open, annotations, definitions })).length, 2)
  })

  test('may start with any definition under isolation, unless the configuration says otherwise (DN-1, BUG-27)', async () => {
    const config = { ...staticDelegates, namespaceIsolation: true }
    const definitions = ['other/net2', 'kube-system/net1']
    const world = { config, annotations: defaultNetwork('other/net2'), definitions }
    assert.deepEqual(await namesOf(world), ['*other/net2'])
    const strict = { ...config, isolateDefaultNetwork: true }
    assert.match(await failureOf({ ...world, config: strict }), /refers to target namespace other$/)
    const own = { config: strict, annotations: defaultNetwork('net1'), definitions }
    assert.deepEqual(await namesOf(own), ['*kube-system/net1'])
  })

  test("fail in upstream's words for a missing definition, with an event (NAD-2)", async () => {
    const { cluster, context } = setUp({ annotations: networks('net1') })
    await assert.rejects(podDelegates([], context), {
      id: 'multus/nad-missing',
      message:
        'TryLoadPodDelegates: error in getting k8s network for pod: GetNetworkDelegates: failed getting the delegate: ' +
        'getKubernetesDelegate: cannot find a network-attachment-definition (net1) in namespace (default): ' +
        'network-attachment-definitions.k8s.cni.cncf.io "net1" not found',
    })
    assert.equal(cluster.events.length, 1)
  })

  test('are asked for their default routes together (GW-1)', async () => {
    const annotations = networks(
      '[{"name":"a","default-route":["10.0.0.1"]},{"name":"b","default-route":["10.0.1.1"]}]',
    )
    const definitions = ['default/a', 'default/b']
    assert.equal(
      await failureOf({ annotations, definitions }),
      'multus does not support ECMP for default-route',
    )
  })
})
