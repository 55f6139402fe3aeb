// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { waitFor } from '../../../src/base/index.ts'
import { EventRecorder, events, Informer, pods } from '../../../src/kubernetes/index.ts'
import { createPod, removePod, second } from './bench.ts'
import type { Bench } from './bench.ts'

/** The informer on top of lists and watches. */
export function testInformer(bench: () => Bench): void {
  it('keeps an informer up to date, also when a name gets another object', async () => {
    const { client, namespace } = bench()
    const first = await createPod(bench(), 'informed', { suite: 'informer' })
    await using informer = new Informer(client, pods, { namespace, labelSelector: 'suite=informer' })
    const told: string[] = []
    informer.on({
      added: ({ metadata }) => void told.push(`added ${metadata.uid}`),
      removed: ({ metadata }) => void told.push(`removed ${metadata.uid}`),
    })
    informer.start()
    await informer.waitForSync({ timeoutMs: 20 * second })
    const until = async (check: () => boolean): Promise<unknown> =>
      waitFor(check, { timeoutMs: 20 * second, what: 'the informer' })
    await until(() => informer.get(namespace, 'informed')?.metadata.uid === first.metadata.uid)
    await client.patch(
      pods,
      { namespace, name: 'informed' },
      { metadata: { labels: { step: '2' } } },
      { type: 'merge' },
    )
    await until(() => informer.get(namespace, 'informed')?.metadata.labels['step'] === '2')
    await removePod(bench(), 'informed')
    const another = await createPod(bench(), 'informed', { suite: 'informer' })
    await until(() => informer.get(namespace, 'informed')?.metadata.uid === another.metadata.uid)
    const [one, two] = [first.metadata.uid, another.metadata.uid]
    assert.deepEqual(told, [`added ${one}`, `removed ${one}`, `added ${two}`])
  })
}

/** Events as people find them. */
export function testEvents(bench: () => Bench): void {
  it('posts an event that can be found by its object, and counts the next one up', async () => {
    const { client, namespace } = bench()
    const { metadata } = await createPod(bench(), 'told')
    await using recorder = new EventRecorder(client, { host: 'contract-node' })
    const object = { apiVersion: 'v1', kind: 'Pod', namespace, name: 'told', uid: metadata.uid }
    const content = {
      object,
      type: 'Normal',
      reason: 'AddedInterface',
      message: 'Add net1 [10.1.1.2/24] from a/b',
    } as const
    recorder.post(content)
    await recorder.flush({ timeoutMs: 10 * second })
    recorder.post(content)
    await recorder.flush({ timeoutMs: 10 * second })
    const fieldSelector = 'involvedObject.name=told,reason=AddedInterface'
    const { items } = await client.list(events, { namespace, fieldSelector })
    assert.equal(recorder.dropped, 0)
    assert.deepEqual(
      items.map(({ component, count, message, involvedObject }) => ({
        component,
        count,
        message,
        uid: involvedObject.uid,
      })),
      [{ component: 'multus', count: 2, message: content.message, uid: metadata.uid }],
    )
  })
}
