// SPDX-License-Identifier: Apache-2.0

// What the Kubernetes client and an API server owe one another. Any server that plait is to work with runs it: the
// embedded one, and a real one, whose behaviour is the truth where the two differ.

import assert from 'node:assert/strict'
import { after, before, describe } from 'node:test'
import { KubernetesClient, namespaces } from '../../src/kubernetes/index.ts'
import type { ApiBackend, Bench } from './kubernetes-client/bench.ts'
import { testEvents, testInformer } from './kubernetes-client/followers.ts'
import { testLists, testWatches } from './kubernetes-client/lists-and-watches.ts'
import { testObjects } from './kubernetes-client/objects.ts'
import { testPatches, testStatus } from './kubernetes-client/patches.ts'

export type { ApiBackend } from './kubernetes-client/bench.ts'

/** Runs the contract against the server that `start` gives. */
export function testKubernetesClient(name: string, start: () => Promise<ApiBackend>): void {
  describe(`Kubernetes client against ${name}`, () => {
    const state: { bench?: Bench } = {}
    const bench = (): Bench => state.bench ?? assert.fail('the server did not start')
    before(async () => {
      const backend = await start()
      const client = new KubernetesClient(backend.config)
      const body = { metadata: { generateName: 'plait-contract-' } }
      const { metadata } = await client.create(namespaces, body)
      state.bench = { backend, client, namespace: metadata.name }
    })
    after(async () => {
      const { backend, client, namespace } = bench()
      await client.remove(namespaces, { name: namespace })
      await client[Symbol.asyncDispose]()
      await backend[Symbol.asyncDispose]()
    })
    testObjects(bench)
    testPatches(bench)
    testStatus(bench)
    testLists(bench)
    testWatches(bench)
    testInformer(bench)
    testEvents(bench)
  })
}
