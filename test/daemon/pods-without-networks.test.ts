// SPDX-License-Identifier: Apache-2.0

// Pods that a runtime started while only the primary network was configured, and then the daemon starts.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { waitFor } from '../../src/base/index.ts'
import type { JsonObject } from '../../src/base/index.ts'
import { EmbeddedApiServer, events, KubernetesClient, pods } from '../../src/kubernetes/index.ts'
import { makeDirectories, network, wrappedBy } from '../daemon-config/node.ts'
import { checkLeaks, makeNamespace, runIn, skip } from '../netns/fixture.ts'
import { startDaemon } from '../shim/real-daemon.ts'
import { openApiProxy } from './api-proxy.ts'
import type { ApiProxyOptions, ProxiedCall } from './api-proxy.ts'

checkLeaks()

const networksKey = 'k8s.v1.cni.cncf.io/networks'
const statusKey = 'k8s.v1.cni.cncf.io/network-status'
const controlled = ownedBy('web')
const running = {
  phase: 'Running',
  containerStatuses: [
    {
      name: 'main',
      ready: true,
      restartCount: 0,
      image: '',
      imageID: '',
      state: { running: { startedAt: new Date().toISOString() } },
    },
  ],
}

interface PodShape {
  readonly annotations?: JsonObject
  readonly metadata?: JsonObject
  readonly spec?: JsonObject
  readonly status?: JsonObject
}

/** A cluster and a node of it, on which the primary network is configured and no daemon runs yet. */
async function nodeBefore(t: TestContext) {
  const server = await EmbeddedApiServer.start({ port: 0 })
  t.after(async () => server.close())
  const client = new KubernetesClient({ server: server.url })
  t.after(async () => client[Symbol.asyncDispose]())
  server.apply([
    {
      apiVersion: 'k8s.cni.cncf.io/v1',
      kind: 'NetworkAttachmentDefinition',
      metadata: { name: 'lan', namespace: 'default' },
      spec: { config: '{"cniVersion":"1.0.0","type":"macvlan"}' },
    },
  ])
  const files = makeDirectories(t)
  files.write('05-primary.conflist', network('primary'))
  const host = makeNamespace(t)
  runIn(host, 'ip', 'link', 'set', 'lo', 'up')

  const addPod = async (name: string, shape: PodShape = {}): Promise<void> => {
    const { annotations = {}, metadata = controlled, spec = {}, status = running } = shape
    const asked = { [networksKey]: 'lan', ...annotations }
    await client.create(pods, {
      metadata: { ...metadata, name, namespace: 'default', annotations: asked },
      spec: { nodeName: 'n1', containers: [{ name: 'main', image: 'example/main' }], ...spec },
    })
    const ref = { name, namespace: 'default' }
    await client.patch(pods, ref, { status }, { type: 'merge', subresource: 'status' })
  }
  const start = async (settings: object, intercept: ApiProxyOptions['intercept'] = () => undefined) => {
    const kubeconfig = openApiProxy(t, { host, server: server.url, intercept })
    const launcher = ['env', 'MULTUS_NODE_NAME=n1']
    const daemon = await startDaemon(t, { ...files.settings, kubeconfig, ...settings }, { host, launcher })
    assert.equal(
      await waitFor(() => wrappedBy(files.conf), within('the configuration')),
      '05-primary.conflist',
    )
    return daemon
  }
  /** Names of the pods that have been told to end. */
  const ending = async (): Promise<readonly string[]> =>
    (await client.list(pods)).items
      .filter(({ metadata }) => metadata.deletionTimestamp !== undefined)
      .map(({ metadata }) => metadata.name)
  /** What was said about missing networks: the pod, how often, and the text. */
  const told = async (): Promise<readonly (readonly [string, number, string])[]> =>
    (await client.list(events)).items
      .filter(({ reason }) => reason === 'NetworksMissing')
      .map(({ involvedObject, count, message }) => [involvedObject.name, count ?? 0, message] as const)
  const remove = async (name: string, options: { gracePeriodSeconds?: number } = {}): Promise<void> =>
    client.remove(pods, { name, namespace: 'default' }, options)
  return { addPod, start, ending, told, remove }
}

function ownedBy(name: string): JsonObject {
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid: `uid-${name}`, controller: true }
  return { ownerReferences: [owner] }
}

/** The pod whose eviction a request asks for, if it does. */
function evictionOf({ method, path }: ProxiedCall): readonly string[] {
  const [, name] = /\/pods\/([^/]+)\/eviction$/.exec(path) ?? []
  return method === 'POST' && name !== undefined ? [name] : []
}

function within(what: string, timeoutMs = 10_000) {
  return { timeoutMs, intervalMs: 50, what }
}

describe('a pod that was started with the primary network only', { skip, timeout: 120_000 }, () => {
  test('is evicted within 10 seconds, and no other pod is', async (t) => {
    const { addPod, start, ending, told, remove } = await nodeBefore(t)
    await addPod('healthy', { annotations: { [statusKey]: '[{"name":"default/lan"}]' } })
    await addPod('on-the-host', { spec: { hostNetwork: true } })
    await addPod('alone', { metadata: {} })
    await addPod('elsewhere', { spec: { nodeName: 'n2' } })
    await addPod('being-made', { status: { phase: 'Pending' } })
    await addPod('content', { annotations: { [networksKey]: '' } })
    await addPod('static', { annotations: { 'kubernetes.io/config.mirror': 'h' } })
    await addPod('leaving')
    await remove('leaving')
    await addPod('victim')
    const tries: string[] = []
    const startedMs = performance.now()
    const daemon = await start({ missingNetworks: 'evict' }, (call) => void tries.push(...evictionOf(call)))
    await waitFor(async () => (await ending()).includes('victim'), within('the eviction'))
    assert.ok(performance.now() - startedMs < 10_000)
    // Whoever else was to be evicted would have its turn before one that comes later.
    await remove('victim', { gracePeriodSeconds: 0 })
    await addPod('zz-second', { metadata: ownedBy('other') })
    await waitFor(async () => (await ending()).includes('zz-second'), within('the second one', 40_000))
    assert.deepEqual(tries, ['victim', 'zz-second'])
    assert.deepEqual(await ending(), ['leaving', 'zz-second'])
    const lines = (await told()).toSorted(([a], [b]) => a.localeCompare(b))
    assert.deepEqual(
      lines.map(([name, count]) => [name, count]),
      [
        ['alone', 1],
        ['static', 1],
        ['victim', 1],
        ['zz-second', 1],
      ],
    )
    assert.match(lines[0]?.[2] ?? '', /^Cannot find default\/lan on the pod: .*no controller and would not/)
    assert.match(
      lines[2]?.[2] ?? '',
      /it is going to be evicted, and its controller makes one that has them$/,
    )
    assert.equal(daemon.log().match(/"pod was started without its networks"/g)?.length, 4)
  })

  test('is only reported unless evictions are wanted, once and within 10 seconds', async (t) => {
    const { addPod, start, ending, told } = await nodeBefore(t)
    await addPod('victim')
    const tries: string[] = []
    const startedMs = performance.now()
    await start({}, (call) => void tries.push(...evictionOf(call)))
    await waitFor(async () => (await told()).length > 0, within('the event'))
    assert.ok(performance.now() - startedMs < 10_000)
    assert.match((await told())[0]?.[2] ?? '', /delete it, and its controller makes one that has them$/)
    assert.deepEqual([await ending(), tries], [[], []])
  })

  test('stays while a disruption budget is against its eviction, and goes when that gives way', async (t) => {
    const { addPod, start, ending } = await nodeBefore(t)
    await addPod('victim')
    let tries = 0
    const budget = {
      apiVersion: 'v1',
      kind: 'Status',
      status: 'Failure',
      reason: 'TooManyRequests',
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      code: 429,
    }
    const daemon = await start({ missingNetworks: 'evict' }, (call) =>
      evictionOf(call).length > 0 && ++tries === 1 ? { status: 429, body: budget } : undefined,
    )
    await waitFor(() => tries === 1, within('the first try'))
    assert.deepEqual(await ending(), [])
    await waitFor(async () => (await ending()).length === 1, within('the second try', 20_000))
    assert.match(daemon.log(), /disruption budget.*"eviction refused for the time being"/)
  })
})
