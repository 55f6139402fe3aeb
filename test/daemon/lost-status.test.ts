// SPDX-License-Identifier: Apache-2.0

// A daemon that is killed after the reply of an ADD, and before the status is written that comes behind it.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import * as v from 'valibot'
import { waitFor } from '../../src/base/index.ts'
import { EmbeddedApiServer, KubernetesClient, pods } from '../../src/kubernetes/index.ts'
import type { Pod } from '../../src/kubernetes/index.ts'
import { checkLeaks, makeNamespace, runIn, skip as noNamespaces } from '../netns/fixture.ts'
import { buildShims, skip as noShim } from '../shim/build-shim.ts'
import { macvlanNetwork, pathFor, startDaemon } from '../shim/real-daemon.ts'
import { addEnvironment, runShim } from '../shim/run-shim.ts'
import { openApiProxy } from './api-proxy.ts'
import { startSuccessor } from './successor.ts'

checkLeaks()

const shim = noNamespaces === false ? (buildShims()[0]?.path ?? '') : ''
const statusKey = 'k8s.v1.cni.cncf.io/network-status'
const statusPatch = v.object({ metadata: v.object({ annotations: v.object({ [statusKey]: v.string() }) }) })

describe('a daemon that is killed between the reply and the status', { skip: noShim || noNamespaces }, () => {
  test('is followed by one that writes what it was about to write', async (t) => {
    const server = await EmbeddedApiServer.start({ port: 0 })
    t.after(async () => server.close())
    await using client = new KubernetesClient({ server: server.url })
    const web = { namespace: 'default', name: 'web' }
    const { metadata } = await client.create(pods, {
      metadata: { ...web, annotations: { 'k8s.v1.cni.cncf.io/networks': '[]' } },
      spec: { nodeName: 'n1', containers: [{ name: 'main', image: 'example/main' }] },
    })
    const held: string[] = []
    const isStatus = (path: string): boolean => path.split('?')[0]?.endsWith('/pods/web/status') ?? false
    const host = makeNamespace(t)
    runIn(host, 'ip', 'link', 'set', 'lo', 'up')
    const kubeconfig = openApiProxy(t, {
      host,
      server: server.url,
      intercept: ({ method, path, body }) =>
        method === 'PATCH' && isStatus(path) && held.push(body) === 1 ? 'hold' : undefined,
    })
    const daemon = await startDaemon(t, { kubeconfig }, { host })
    const [pod, networks] = [makeNamespace(t), [macvlanNetwork(daemon.directory)]]
    const env = {
      ...addEnvironment,
      CNI_NETNS: pathFor(pod),
      CNI_ARGS: `IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=web;K8S_POD_UID=${metadata.uid}`,
    }
    const cniDir = `${daemon.directory}/cache`
    const added = await runShim(shim, { env, stdin: daemon.config(networks) })
    assert.equal(added.status, 0, added.stdout)
    await waitFor(() => held.length === 1, { timeoutMs: 5000, what: 'the write of the status' })
    daemon.process.kill('SIGKILL')
    await once(daemon.process, 'exit')

    const state = { running: { startedAt: new Date().toISOString() } }
    const containerStatuses = [{ name: 'main', ready: true, restartCount: 0, image: '', imageID: '', state }]
    const status = { phase: 'Running', containerStatuses }
    await client.patch(pods, web, { status }, { type: 'merge', subresource: 'status' })
    const { log } = startSuccessor(t, daemon, { cniDir })
    const written = async (): Promise<string | undefined> => statusOf(await client.get(pods, web))
    const text = await waitFor(written, { timeoutMs: 10_000, what: 'the status of the pod' })
    const wanted = v.parse(statusPatch, JSON.parse(held[0] ?? ''))
    assert.equal(text, wanted.metadata.annotations[statusKey])
    assert.match(text, /"interface": "eth0",\s+"ips": \[\s+"10\.1\.0\.2"/)
    // The daemon says it once the API has answered, which may be after the status can be read there.
    await waitFor(() => log().includes('written again'), { timeoutMs: 5000, what: 'the line of the log' })
    assert.match(log(), /"containerId":"c1".*"lost network status written again"/)
    assert.doesNotMatch(log(), /NetworksMissing|without its networks/)
    const released = await runShim(shim, {
      env: { ...env, CNI_COMMAND: 'DEL' },
      stdin: daemon.config(networks),
    })
    assert.equal(released.status, 0, released.stdout)
  })
})

function statusOf({ metadata }: Pod): string | undefined {
  return metadata.annotations[statusKey]
}
