// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { errorIdOf, isJsonObject } from '../base/index.ts'
import type { JsonObject } from '../base/index.ts'
import { parseNetworkAttachmentDefinition, parsePod } from '../kubernetes/index.ts'
import type { EventContent } from '../kubernetes/index.ts'
import { startFakeApiServer } from './fakes/fake-api-server.ts'
import { createKubernetesCluster } from './kubernetes-cluster.ts'
import { statusAnnotation } from './status/annotation.ts'

const podPath = '/api/v1/namespaces/default/pods/web'
const nads = '/apis/k8s.cni.cncf.io/v1'
const pod: JsonObject = {
  metadata: { namespace: 'default', name: 'web', uid: 'u1', annotations: { a: 'b' } },
}
const nad = (namespace: string): JsonObject => ({
  metadata: { namespace, name: 'lan' },
  spec: { config: '{}' },
})
const web = { namespace: 'default', name: 'web' }
const lan = { namespace: 'default', name: 'lan' }

describe('the cluster through the API', () => {
  test('gets pods and definitions that no informer knows (INF-4)', async () => {
    await using api = await startFakeApiServer({
      [podPath]: pod,
      [`${nads}/namespaces/default/network-attachment-definitions/lan`]: nad('default'),
    })
    const none = { get: () => undefined, list: () => [] }
    const cluster = createKubernetesCluster({ client: api.client, pods: none, nads: none })
    assert.equal(cluster.cachedPod(web), undefined)
    assert.equal((await cluster.getPod(web, {})).metadata.uid, 'u1')
    assert.equal((await cluster.getDefinition(lan, {})).config, '{}')
    await assert.rejects(
      cluster.getPod({ ...web, name: 'x' }, {}),
      (error) => errorIdOf(error) === 'kubernetes/not-found',
    )
  })

  test('asks it nothing that the informers know', async () => {
    await using api = await startFakeApiServer({})
    const known = parseNetworkAttachmentDefinition(nad('default'))
    const elsewhere = parseNetworkAttachmentDefinition(nad('apps'))
    const cluster = createKubernetesCluster({
      client: api.client,
      pods: { get: () => parsePod(pod) },
      nads: { get: () => known, list: () => [known, elsewhere] },
    })
    assert.equal(cluster.cachedPod(web)?.metadata.uid, 'u1')
    assert.equal(await cluster.getDefinition(lan, {}), known)
    assert.deepEqual(await cluster.namespacesWithDefinition('lan', {}), ['apps', 'default'])
    assert.deepEqual(await cluster.namespacesWithDefinition('wan', {}), [])
    assert.deepEqual(api.requests, [])
  })

  test('finds the namespaces that have a definition, a few of them', async () => {
    const items = Array.from({ length: 20 }, (_, index) => nad(`ns${index + 10}`))
    await using api = await startFakeApiServer({
      [`${nads}/network-attachment-definitions`]: { metadata: { resourceVersion: '1' }, items },
    })
    const cluster = createKubernetesCluster({ client: api.client })
    const namespaces = await cluster.namespacesWithDefinition('lan', {})
    assert.deepEqual([namespaces.length, namespaces[0]], [8, 'ns10'])
    assert.match(api.requests[0] ?? '', /fieldSelector=metadata\.name=lan/)
  })

  test('writes the status annotation with one request and keeps the others', async () => {
    await using api = await startFakeApiServer({ [podPath]: pod })
    const cluster = createKubernetesCluster({ client: api.client })
    await cluster.writeStatus({ ...web, uid: 'u1' }, '[]', {})
    const metadata = api.objects.get(podPath)?.metadata
    assert.ok(isJsonObject(metadata))
    assert.deepEqual(metadata.annotations, { a: 'b', [statusAnnotation]: '[]' })
    assert.deepEqual(api.requests, [`PATCH ${podPath}/status`])
  })

  test('hands events to whoever posts them', async () => {
    await using api = await startFakeApiServer({})
    const posted: EventContent[] = []
    const cluster = createKubernetesCluster({
      client: api.client,
      events: { post: (event) => posted.push(event) },
    })
    cluster.postEvent({ pod: { ...web, uid: 'u1' }, type: 'Normal', reason: 'AddedInterface', message: 'm' })
    assert.deepEqual(posted, [
      {
        object: { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'web', uid: 'u1' },
        type: 'Normal',
        reason: 'AddedInterface',
        message: 'm',
      },
    ])
  })
})
