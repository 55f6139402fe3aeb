// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { waitFor } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { pods, trimPod } from '../resources/pod.ts'
import { KubernetesClient } from './client.ts'
import { Informer } from './informer.ts'
import { ScriptedServer } from './scripted-server.ts'

const podCount = 2000
const eventCount = 5000
const mebibyte = 1024 * 1024

// About 2.6 kB of JSON, as an ordinary pod has.
const pod = (number: number, version: number): JsonObject => ({
  metadata: {
    name: `pod-${number}`,
    namespace: `ns-${number % 10}`,
    uid: `uid-${number}`,
    resourceVersion: `${version}`,
    annotations: { 'k8s.v1.cni.cncf.io/networks': 'lan', version: `${version}` },
    managedFields: [{ manager: 'kubelet', fieldsV1: { filler: 'f'.repeat(1200) } }],
  },
  spec: {
    nodeName: 'n1',
    volumes: [{ name: 'v'.repeat(600) }],
    containers: [{ name: 'c', image: 'i', args: ['a'.repeat(300)] }],
  },
  status: { phase: 'Running' },
})

function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  setFlagsFromString('--no-expose-gc')
  if (typeof collect === 'function') collect()
}

function heapUsed(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

describe('Informer under load', () => {
  it(`follows ${podCount} pods through ${eventCount} changes without growing`, async () => {
    await using server = await ScriptedServer.start((request, reply) => {
      if (request.query.get('watch') !== 'true') {
        const items = Array.from({ length: podCount }, (_, number) => pod(number, 1))
        return reply.json(200, { metadata: { resourceVersion: '1' }, items })
      }
      const stream = reply.stream()
      const { response } = reply
      let sent = 0
      const send = (): void => {
        while (sent < eventCount) {
          sent++
          stream.send('MODIFIED', pod(sent % podCount, sent + 1))
          if (response.writableNeedDrain) return void response.once('drain', send)
        }
      }
      send()
    })
    await using client = new KubernetesClient({ server: server.url })
    const before = heapUsed()
    await using informer = new Informer(client, pods, { transform: trimPod })
    let updates = 0
    let highestMiB = 0
    informer.on({
      updated: () => {
        updates++
        if (updates % 500 === 0) highestMiB = Math.max(highestMiB, process.memoryUsage().heapUsed / mebibyte)
      },
    })
    informer.start()
    await informer.waitForSync({ timeoutMs: 20_000 })
    const afterList = heapUsed()
    await waitFor(() => updates === eventCount, { timeoutMs: 20_000, what: 'all changes' })
    const grownByList = (afterList - before) / mebibyte
    const grownByEvents = (heapUsed() - afterList) / mebibyte
    assert.equal(informer.size, podCount)
    assert.equal(informer.get('ns-0', 'pod-1000')?.metadata.annotations['version'], '5001')
    assert.ok(grownByList < 12, `2,000 pods take ${grownByList} MiB`)
    assert.ok(grownByEvents < 4, `5,000 changes leave ${grownByEvents} MiB`)
    assert.ok(highestMiB < afterList / mebibyte + 80, `the heap had ${highestMiB} MiB at its highest`)
  })
})
