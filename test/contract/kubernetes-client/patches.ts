// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { JsonObject } from '../../../src/base/index.ts'
import {
  genericResource,
  networkAttachmentDefinitions,
  PodAnnotator,
  pods,
} from '../../../src/kubernetes/index.ts'
import { createPod, second, statusKey } from './bench.ts'
import type { Bench } from './bench.ts'

/** The four kinds of patch. */
export function testPatches(bench: () => Bench): void {
  it('merges, and removes by null', async () => {
    const { client, namespace } = bench()
    await createPod(bench(), 'merged', { old: 'yes', kept: 'yes' })
    const patch = { metadata: { labels: { old: null, fresh: 'yes' } } }
    const { metadata } = await client.patch(pods, { namespace, name: 'merged' }, patch, { type: 'merge' })
    assert.deepEqual(metadata.labels, { kept: 'yes', fresh: 'yes' })
  })

  it('follows a JSON patch, and refuses one whose test fails', async () => {
    const { client, namespace } = bench()
    await createPod(bench(), 'json', { 'a/b': 'yes' })
    const ref = { namespace, name: 'json' }
    const patch = [
      { op: 'test', path: '/metadata/labels/a~1b', value: 'yes' },
      { op: 'replace', path: '/metadata/labels/a~1b', value: 'no' },
    ]
    const { metadata } = await client.patch(pods, ref, patch, { type: 'json' })
    assert.deepEqual(metadata.labels, { 'a/b': 'no' })
    await assert.rejects(client.patch(pods, ref, patch, { type: 'json' }), { id: 'kubernetes/invalid' })
  })

  it('merges lists of a strategic patch by their key', async () => {
    const { client, namespace } = bench()
    await createPod(bench(), 'strategic')
    const patch = { spec: { containers: [{ name: 'two', image: 'example/two:2' }] } }
    const { spec } = await client.patch(pods, { namespace, name: 'strategic' }, patch, { type: 'strategic' })
    const images = spec.containers.map(({ image }) => image).toSorted()
    assert.deepEqual(images, ['example/one:1', 'example/two:2'])
  })

  it('applies, and takes fields over only by force', async () => {
    const { client, namespace } = bench()
    const ref = { namespace, name: 'applied' }
    const wanted = (config: string): JsonObject => ({
      apiVersion: 'k8s.cni.cncf.io/v1',
      kind: 'NetworkAttachmentDefinition',
      metadata: { name: 'applied' },
      spec: { config },
    })
    const apply = { type: 'apply', fieldManager: 'one' } as const
    const created = await client.patch(networkAttachmentDefinitions, ref, wanted('{"a":1}'), apply)
    assert.equal(created.config, '{"a":1}')
    const other = { type: 'apply', fieldManager: 'other' } as const
    const conflicting = client.patch(networkAttachmentDefinitions, ref, wanted('{"a":2}'), other)
    await assert.rejects(conflicting, { id: 'kubernetes/conflict', reason: 'Conflict' })
    const forced = await client.patch(networkAttachmentDefinitions, ref, wanted('{"a":2}'), {
      ...other,
      force: true,
    })
    assert.equal(forced.config, '{"a":2}')
  })

  it('refuses a patch of an object that is not there', async () => {
    const { client, namespace } = bench()
    const patch = client.patch(pods, { namespace, name: 'absent' }, {}, { type: 'merge' })
    await assert.rejects(patch, { id: 'kubernetes/not-found' })
  })
}

/** The status subresource, and annotations through it. */
export function testStatus(bench: () => Bench): void {
  it('writes annotations through pods/status, where the spec cannot be touched', async () => {
    const { client, namespace } = bench()
    await createPod(bench(), 'annotated')
    const ref = { namespace, name: 'annotated' }
    const patch = {
      metadata: { annotations: { [statusKey]: '[]' } },
      spec: { containers: null },
      status: { phase: 'Failed' },
    }
    await client.patch(pods, ref, patch, { type: 'merge', subresource: 'status' })
    const { metadata, spec, status } = await client.get(pods, ref)
    assert.equal(metadata.annotations[statusKey], '[]')
    assert.equal(spec.containers.length, 2)
    assert.equal(status.phase, 'Failed')
  })

  it('does not let the status be written but through the subresource', async () => {
    const { client, namespace } = bench()
    await createPod(bench(), 'status')
    const patch = { status: { message: 'smuggled' } }
    const options = { type: 'merge' } as const
    const { content } = await client.patch(
      genericResource(pods),
      { namespace, name: 'status' },
      patch,
      options,
    )
    assert.ok(!JSON.stringify(content['status'] ?? {}).includes('smuggled'))
  })

  it('annotates the pod of a UID, and no other', async () => {
    const { client, namespace } = bench()
    const { metadata } = await createPod(bench(), 'uid')
    const annotator = new PodAnnotator(client)
    const ref = { namespace, name: 'uid', uid: metadata.uid }
    const written = await annotator.write(ref, { [statusKey]: '[{}]' }, { timeoutMs: 10 * second })
    assert.equal(written.metadata.annotations[statusKey], '[{}]')
    const other = { ...ref, uid: '00000000-0000-0000-0000-000000000000' }
    await assert.rejects(annotator.write(other, { [statusKey]: '[]' }, { timeoutMs: 10 * second }), {
      id: 'kubernetes/object-replaced',
      detail: `expected pod ${namespace}/uid UID "${other.uid}" but got "${metadata.uid}" from Kube API`,
    })
    const { metadata: last } = await client.get(pods, { namespace, name: 'uid' })
    assert.equal(last.annotations[statusKey], '[{}]')
  })
}
