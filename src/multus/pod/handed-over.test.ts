// SPDX-License-Identifier: Apache-2.0

// Pods whose annotations come with the request, while the API takes connections and never answers.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { describe, test } from 'node:test'
import { waitFor } from '../../base/index.ts'
import { KubernetesClient, parseNetworkAttachmentDefinition, parsePod } from '../../kubernetes/index.ts'
import type { NetworkAttachmentDefinition, Pod } from '../../kubernetes/index.ts'
import { createFakeNode } from '../fakes/fake-node.ts'
import type { FakeNode } from '../fakes/fake-node.ts'
import { networksAnnotation } from '../networks/networks.ts'

const config = { delegates: [{ type: 'bridge', name: 'weave', cniVersion: '1.0.0' }] }
const networkPath = '/apis/k8s.cni.cncf.io/v1/namespaces/default/network-attachment-definitions/net1'
const podPath = '/api/v1/namespaces/default/pods/pod1'

interface Known {
  readonly pod?: Pod
  readonly network?: NetworkAttachmentDefinition
}

const network = parseNetworkAttachmentDefinition({
  metadata: { namespace: 'default', name: 'net1' },
  spec: { config: '{"cniVersion":"1.0.0","name":"net1","type":"macvlan"}' },
})

function podWith(uid: string, networks: string): Pod {
  const annotations = { [networksAnnotation]: networks }
  return parsePod({ metadata: { namespace: 'default', name: 'pod1', uid, annotations } })
}

interface SilentNode extends AsyncDisposable {
  readonly node: FakeNode
  /** `GET /path` of each question that waits for its answer. */
  readonly asked: string[]
}

/** A node with such an API, whose informers know what is given. */
async function nodeWithSilentApi({ pod, network: known }: Known): Promise<SilentNode> {
  await using parts = new AsyncDisposableStack()
  const asked: string[] = []
  const server = createServer(({ method, url }) => void asked.push(`${method} ${url?.split('?')[0]}`))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  parts.defer(() => server.closeAllConnections())
  parts.defer(() => void server.close())
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  const client = parts.use(new KubernetesClient({ server: `http://127.0.0.1:${address.port}` }))
  const node = parts.use(
    createFakeNode({
      withoutCluster: true,
      client,
      pods: { get: () => pod },
      nads: { get: () => known, list: () => (known ? [known] : []) },
      timing: {
        statusTiming: { waitMs: 0, deadlineMs: 1000 },
        podTiming: { attemptMs: 2000, attempts: 1, pauseMs: 1 },
      },
    }),
  )
  for (const type of ['bridge', 'macvlan']) node.plugins.install(type)
  const owned = parts.move()
  return {
    node,
    asked,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function add(node: FakeNode, networks: string, env: Record<string, string> = {}): Promise<string> {
  const runtimeConfig = { 'io.kubernetes.cri.pod-annotations': { [networksAnnotation]: networks } }
  return node.run('ADD', { config: { ...config, runtimeConfig }, env })
}

describe('a pod whose annotations the runtime hands over', () => {
  test('is attached without any answer of the API; only its status waits for one', async () => {
    await using silent = await nodeWithSilentApi({ network })
    await add(silent.node, 'net1')
    assert.deepEqual(silent.node.plugins.lines, ['ADD bridge eth0 weave', 'ADD macvlan net1 net1'])
    await waitFor(() => silent.asked.length > 0, { timeoutMs: 10_000, what: 'the status' })
    assert.deepEqual(silent.asked, [`PATCH ${podPath}/status`])
    await silent.node.multus[Symbol.asyncDispose]()
  })

  test('asks the API for a definition that the informer does not know, and for nothing else', async () => {
    await using silent = await nodeWithSilentApi({})
    const caller = new AbortController()
    const runtimeConfig = { 'io.kubernetes.cri.pod-annotations': { [networksAnnotation]: 'net1' } }
    const adding = silent.node.run('ADD', { config: { ...config, runtimeConfig }, signal: caller.signal })
    const refused = assert.rejects(adding)
    await waitFor(() => silent.asked.length > 0, { timeoutMs: 10_000, what: 'the question' })
    caller.abort(new Error('the caller has gone'))
    await refused
    assert.deepEqual(silent.asked, [`GET ${networkPath}`])
    assert.deepEqual(silent.node.plugins.lines, [])
  })

  test('gets what it asks for, not what an earlier pod of its name asked for', async () => {
    await using silent = await nodeWithSilentApi({ network, pod: podWith('uid-0', 'other-network') })
    await add(silent.node, 'net1')
    assert.equal(silent.node.plugins.lines[1], 'ADD macvlan net1 net1')
    await silent.node.multus[Symbol.asyncDispose]()
  })

  test('is what the informer says, once that knows this very pod', async () => {
    await using silent = await nodeWithSilentApi({ network, pod: podWith('uid-1', 'net1') })
    await add(silent.node, 'other-network')
    assert.equal(silent.node.plugins.lines[1], 'ADD macvlan net1 net1')
    await silent.node.multus[Symbol.asyncDispose]()
  })

  test('is looked up where the runtime names no UID, by which it could be told from another', async () => {
    await using silent = await nodeWithSilentApi({ network })
    const args = 'IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=pod1'
    await assert.rejects(add(silent.node, 'net1', { CNI_ARGS: args }), /error waiting for pod/)
    assert.deepEqual(silent.asked, [`GET ${podPath}`])
  })
})
