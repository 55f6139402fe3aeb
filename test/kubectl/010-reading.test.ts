// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { isJsonObject } from '../../src/base/index.ts'
import type { JsonObject } from '../../src/base/index.ts'
import { pods } from '../../src/kubernetes/index.ts'
import { cells, missingKubectl, startBench } from './kubectl.ts'
import type { KubectlBench } from './kubectl.ts'

const node = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n1', labels: { 'node-role.kubernetes.io/worker': '' } },
  status: {
    conditions: [{ type: 'Ready', status: 'True' }],
    addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
    nodeInfo: {
      kubeletVersion: 'v1.32.0',
      osImage: 'os',
      kernelVersion: '6.1',
      containerRuntimeVersion: 'c://2',
    },
  },
}

const pod = (name: string, namespace: string, app: string, status?: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels: { app } },
  spec: {
    nodeName: 'n1',
    containers: [{ name: 'main', image: 'busybox:1', ports: [{ containerPort: 80 }] }],
  },
  ...(status === undefined ? {} : { status }),
})

const running = {
  phase: 'Running',
  podIP: '10.1.0.5',
  podIPs: [{ ip: '10.1.0.5' }],
  conditions: [{ type: 'Ready', status: 'True' }],
  containerStatuses: [
    { name: 'main', ready: true, restartCount: 0, image: 'busybox:1', imageID: '', state: { running: {} } },
  ],
}

const event = {
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'web.1', namespace: 'default' },
  involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'web' },
  type: 'Normal',
  reason: 'AddedInterface',
  message: 'Add net1 [10.1.10.200/24] from default/lan',
  source: { component: 'multus' },
  count: 1,
}

describe('kubectl reads', { skip: missingKubectl ?? false }, () => {
  let bench: KubectlBench
  before(async () => {
    bench = await startBench()
    bench.server.apply([
      node,
      pod('web', 'default', 'web', running),
      pod('db', 'default', 'db'),
      pod('dns', 'kube-system', 'dns', running),
    ])
    const { metadata } = bench.server.api.get(pods, { namespace: 'default', name: 'web' })
    const uid = isJsonObject(metadata) ? metadata['uid'] : undefined
    const [firstTimestamp, lastTimestamp] = [new Date().toISOString(), new Date().toISOString()]
    bench.server.api.create({
      ...event,
      involvedObject: { ...event.involvedObject, uid },
      firstTimestamp,
      lastTimestamp,
    })
  })
  after(async () => bench[Symbol.asyncDispose]())

  test('pods as a table', async () => {
    const [head, db, web] = cells(await bench.kubectl('get', 'pods'))
    assert.deepEqual(head, ['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE'])
    assert.deepEqual(db?.slice(0, 4), ['db', '0/1', 'Pending', '0'])
    assert.deepEqual(web?.slice(0, 4), ['web', '1/1', 'Running', '0'])
  })

  test('pods with addresses and nodes in wide output', async () => {
    const [head, , web] = cells(await bench.kubectl('get', 'pods', '-o', 'wide'))
    assert.deepEqual(head?.slice(5), ['IP', 'NODE', 'NOMINATED NODE', 'READINESS GATES'])
    assert.deepEqual(web?.slice(5), ['10.1.0.5', 'n1', '<none>', '<none>'])
  })

  test('pods of all namespaces', async () => {
    const rows = cells(await bench.kubectl('get', 'pods', '-A')).slice(1)
    assert.deepEqual(
      rows.map(([namespace, name]) => `${namespace}/${name}`),
      ['default/db', 'default/web', 'kube-system/dns'],
    )
  })

  test('pods by label and by field', async () => {
    assert.equal(await bench.kubectl('get', 'pods', '-l', 'app in (web,x)', '-o', 'name'), 'pod/web\n')
    assert.equal(await bench.kubectl('get', 'pods', '-l', 'app!=web', '-o', 'name'), 'pod/db\n')
    assert.equal(
      await bench.kubectl('get', 'pods', '--field-selector', 'status.phase=Running', '-o', 'name'),
      'pod/web\n',
    )
    const all = await bench.kubectl('get', 'pods', '-A', '--field-selector', 'spec.nodeName=n1', '-o', 'name')
    assert.equal(all.trim().split('\n').length, 3)
  })

  test('one object as JSON, YAML and by a path', async () => {
    const whole: unknown = JSON.parse(await bench.kubectl('get', 'pod', 'web', '-o', 'json'))
    assert.partialDeepStrictEqual(whole, {
      kind: 'Pod',
      metadata: { name: 'web' },
      status: { podIP: '10.1.0.5' },
    })
    assert.match(await bench.kubectl('get', 'pod', 'web', '-o', 'yaml'), /^ {2}podIP: 10\.1\.0\.5$/m)
    assert.equal(
      await bench.kubectl('get', 'pod', 'web', '-o', 'jsonpath={.spec.containers[0].image}'),
      'busybox:1',
    )
    assert.equal(
      await bench.kubectl('get', 'pods', '-o', 'custom-columns=N:.metadata.name', '--no-headers'),
      'db\nweb\n',
    )
  })

  test('several kinds at once, and all of a category', async () => {
    const table = await bench.kubectl('get', 'all,nodes')
    assert.match(table, /^pod\/web\s/m)
    assert.match(table, /^node\/n1\s/m)
  })

  test('more than a page', async () => {
    const names = await bench.kubectl('get', 'pods', '-A', '--chunk-size=1', '-o', 'name')
    assert.equal(names, 'pod/db\npod/web\npod/dns\n')
  })

  test('nodes and namespaces', async () => {
    const [, row] = cells(await bench.kubectl('get', 'nodes', '-o', 'wide'))
    assert.deepEqual(
      [...(row?.slice(0, 3) ?? []), ...(row?.slice(4) ?? [])],
      ['n1', 'Ready', 'worker', 'v1.32.0', '10.0.0.1', '<none>', 'os', '6.1', 'c://2'],
    )
    const namespaces = cells(await bench.kubectl('get', 'ns')).slice(1)
    assert.deepEqual(
      namespaces.map(([name, status]) => `${name} ${status}`),
      ['default Active', 'kube-node-lease Active', 'kube-public Active', 'kube-system Active'],
    )
  })

  test('events, as a table and for an object', async () => {
    const [head, row] = cells(await bench.kubectl('get', 'events'))
    assert.deepEqual(head, ['LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE'])
    assert.deepEqual(row?.slice(1), [
      'Normal',
      'AddedInterface',
      'pod/web',
      'Add net1 [10.1.10.200/24] from default/lan',
    ])
    assert.match(await bench.kubectl('events', '--for', 'pod/web'), /AddedInterface/)
  })

  test('a pod in full, its events below', async () => {
    const text = await bench.kubectl('describe', 'pod', 'web')
    assert.match(text, /^Status:\s+Running$/m)
    assert.match(text, /^ {4}Image:\s+busybox:1$/m)
    assert.match(text, /Normal\s+AddedInterface\s+.*multus\s+Add net1/)
  })

  test('a node in full, with its pods', async () => {
    const text = await bench.kubectl('describe', 'node', 'n1')
    assert.match(text, /Non-terminated Pods:\s+\(3 in total\)/)
  })

  test('what resources and versions there are', async () => {
    const resources = cells(await bench.kubectl('api-resources'))
    assert.deepEqual(resources.find(([name]) => name === 'network-attachment-definitions')?.slice(1), [
      'nad,net-attach-def',
      'k8s.cni.cncf.io/v1',
      'true',
      'NetworkAttachmentDefinition',
    ])
    assert.match(await bench.kubectl('api-versions'), /^apps\/v1$/m)
    assert.match(await bench.kubectl('version'), /Server Version: v1\.32\.0\+plait/)
    assert.match(await bench.kubectl('cluster-info'), /is running at/)
  })

  test('what fields a kind has', async () => {
    assert.match(await bench.kubectl('explain', 'pod.spec.containers'), /image\s+<string>/)
    assert.match(await bench.kubectl('explain', 'nad.spec'), /config\s+<string>/)
  })

  test('that something is not there', async () => {
    assert.equal(
      (await bench.tryKubectl(['get', 'pod', 'ghost'])).stderr,
      'Error from server (NotFound): pods "ghost" not found\n',
    )
    assert.equal(
      (await bench.tryKubectl(['get', 'ghosts'])).stderr,
      'error: the server doesn\'t have a resource type "ghosts"\n',
    )
    assert.match(
      (await bench.tryKubectl(['get', 'pods', '--field-selector', 'spec.x=y'])).stderr,
      /field label not supported: spec\.x/,
    )
  })

  test('that logs and exec are not offered', async () => {
    assert.match((await bench.tryKubectl(['logs', 'web'])).stderr, /logs are not offered by this API server/)
    assert.match(
      (await bench.tryKubectl(['exec', 'web', '--', 'ls'])).stderr,
      /exec is not offered by this API server/,
    )
  })
})
