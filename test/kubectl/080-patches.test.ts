// SPDX-License-Identifier: Apache-2.0

// `kubectl patch --local` patches an object without any server, by the code that the real server has too: whatever it
// makes of a patch, so must the embedded server.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { isJsonObject, parseJson } from '../../src/base/index.ts'
import type { JsonObject, JsonValue } from '../../src/base/index.ts'
import { missingKubectl, startBench } from './kubectl.ts'
import type { KubectlBench } from './kubectl.ts'

const containers = [
  {
    name: 'a',
    image: 'a:1',
    env: [
      { name: 'X', value: '1' },
      { name: 'Y', value: '2' },
    ],
    ports: [{ containerPort: 80 }, { containerPort: 443, name: 'tls' }],
    volumeMounts: [{ name: 'v', mountPath: '/v' }],
  },
  { name: 'b', image: 'b:1', command: ['x', 'y'] },
  { name: 'c', image: 'c:1' },
]

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', labels: { app: 'web', tier: 'front' }, finalizers: ['e.com/a', 'e.com/b'] },
  spec: {
    replicas: 2,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        containers,
        volumes: [
          { name: 'v', emptyDir: {} },
          { name: 'w', hostPath: { path: '/w' } },
        ],
        tolerations: [{ key: 'a', operator: 'Exists' }],
        hostAliases: [{ ip: '10.0.0.1', hostnames: ['one'] }],
        imagePullSecrets: [{ name: 's' }],
        nodeSelector: { disk: 'ssd' },
      },
    },
  },
}

const inPod = (spec: JsonObject): JsonObject => ({ spec: { template: { spec } } })
const inContainer = (container: JsonObject): JsonObject => inPod({ containers: [container] })

const strategic: Readonly<Record<string, JsonObject>> = {
  'a container changed': inContainer({ name: 'b', image: 'b:2' }),
  'a container added': inContainer({ name: 'z', image: 'z:1' }),
  'a container deleted': inContainer({ name: 'b', $patch: 'delete' }),
  'containers replaced': inPod({ containers: [{ name: 'z', image: 'z:1' }, { $patch: 'replace' }] }),
  'a container without another field': inContainer({ name: 'b', command: null }),
  'a variable changed, one added': inContainer({
    name: 'a',
    env: [
      { name: 'Y', value: '9' },
      { name: 'Z', value: '3' },
    ],
  }),
  'a variable deleted': inContainer({ name: 'a', env: [{ name: 'X', $patch: 'delete' }] }),
  'a port named': inContainer({ name: 'a', ports: [{ containerPort: 80, name: 'http' }] }),
  'a mount added': inContainer({ name: 'a', volumeMounts: [{ name: 'w', mountPath: '/w' }] }),
  'a command replaced': inContainer({ name: 'b', command: ['z'] }),
  'containers ordered': inPod({
    '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }, { name: 'b' }],
  }),
  'a container added in front': inPod({
    '$setElementOrder/containers': [{ name: 'z' }, { name: 'a' }, { name: 'b' }, { name: 'c' }],
    containers: [{ name: 'z', image: 'z:1' }],
  }),
  'a container added in between, an unknown one in the list': inPod({
    '$setElementOrder/containers': [{ name: 'a' }, { name: 'z' }, { name: 'c' }],
    containers: [{ name: 'z', image: 'z:1' }],
  }),
  'a volume of another source': inPod({
    volumes: [{ name: 'v', $retainKeys: ['name', 'hostPath'], hostPath: { path: '/x' } }],
  }),
  'a strategy of another type': { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } },
  'tolerations, which are replaced': inPod({ tolerations: [{ key: 'b', operator: 'Exists' }] }),
  'an alias added': inPod({ hostAliases: [{ ip: '10.0.0.2', hostnames: ['two'] }] }),
  'a secret added': inPod({ imagePullSecrets: [{ name: 't' }] }),
  'a map with one key more and one less': { metadata: { labels: { tier: null, rank: '1' } } },
  'a map replaced': { metadata: { labels: { $patch: 'replace', only: 'this' } } },
  'a selector of nodes': inPod({ nodeSelector: { zone: 'z' } }),
  'finalizers added': { metadata: { finalizers: ['e.com/b', 'e.com/c'] } },
  'a finalizer deleted': { metadata: { '$deleteFromPrimitiveList/finalizers': ['e.com/a'] } },
  'finalizers ordered': { metadata: { '$setElementOrder/finalizers': ['e.com/b', 'e.com/a'] } },
  'a field removed': { spec: { replicas: null } },
  'a whole part deleted': { spec: { strategy: { $patch: 'delete' } } },
}

const json: Readonly<Record<string, JsonValue>> = {
  'a value replaced': [{ op: 'replace', path: '/spec/replicas', value: 5 }],
  'an item in between': [
    { op: 'add', path: '/spec/template/spec/containers/1', value: { name: 'z', image: 'z:1' } },
  ],
  'an item at the end': [{ op: 'add', path: '/spec/template/spec/tolerations/-', value: { key: 'z' } }],
  'an item removed': [{ op: 'remove', path: '/spec/template/spec/containers/1' }],
  'a value moved': [{ op: 'move', from: '/metadata/labels/tier', path: '/metadata/labels/level' }],
  'a value copied': [{ op: 'copy', from: '/metadata/labels', path: '/spec/template/metadata/labels' }],
  'a test before a change': [
    { op: 'test', path: '/spec/replicas', value: 2 },
    { op: 'remove', path: '/metadata/labels/tier' },
  ],
}

const merge: Readonly<Record<string, JsonObject>> = {
  'a list replaced': inPod({ containers: [{ name: 'z', image: 'z:1' }] }),
  'a key removed': { metadata: { labels: { tier: null } } },
}

describe('a patch does what kubectl itself would do', { skip: missingKubectl ?? false }, () => {
  let bench: KubectlBench
  before(async () => {
    bench = await startBench()
  })
  after(async () => bench[Symbol.asyncDispose]())

  async function compare(type: 'strategic' | 'json' | 'merge', patch: JsonValue): Promise<void> {
    const args = ['patch', '--local', '-f', '-', `--type=${type}`, '-p', JSON.stringify(patch), '-o', 'json']
    const expected = parseJson(await bench.kubectlWith(deployment, ...args))
    const { api } = bench.server
    const target = { namespace: 'default', name: 'web' }
    const kind = { group: 'apps', version: 'v1', plural: 'deployments' }
    api.create(deployment)
    try {
      const patched = api.patch(kind, target, { type, patch })
      assert.ok(isJsonObject(expected) && isJsonObject(expected['spec']))
      // Defaults that only a server fills in are taken off by filling them in on the other side as well.
      api.patch(kind, target, { type: 'merge', patch: { metadata: { finalizers: null } } })
      api.remove(kind, target)
      const filled = api.create(expected)
      assert.deepEqual(patched['spec'], filled['spec'])
      const metadata = isJsonObject(patched['metadata']) ? patched['metadata'] : {}
      const wanted = isJsonObject(expected['metadata']) ? expected['metadata'] : {}
      assert.deepEqual([metadata['labels'], metadata['finalizers']], [wanted['labels'], wanted['finalizers']])
    } finally {
      api.patch(kind, target, { type: 'merge', patch: { metadata: { finalizers: null } } })
      api.remove(kind, target)
    }
  }

  for (const [name, patch] of Object.entries(strategic)) {
    test(`by merging lists: ${name}`, async () => compare('strategic', patch))
  }
  for (const [name, patch] of Object.entries(json))
    test(`step by step: ${name}`, async () => compare('json', patch))
  for (const [name, patch] of Object.entries(merge))
    test(`by merging: ${name}`, async () => compare('merge', patch))
})
