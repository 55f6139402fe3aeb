// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { isJsonObject } from '../../src/base/index.ts'
import { cells, missingKubectl, startBench } from './kubectl.ts'
import type { KubectlBench } from './kubectl.ts'

const configMap = (name: string, data: object) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
})

const pod = (name: string, spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: name } },
  spec: { containers: [{ name: 'main', image: 'busybox:1' }], ...spec },
})

describe('kubectl writes', { skip: missingKubectl ?? false }, () => {
  let bench: KubectlBench
  before(async () => {
    bench = await startBench()
  })
  after(async () => bench[Symbol.asyncDispose]())

  const apply = async (object: object, ...args: readonly string[]) =>
    bench.kubectlWith(object, 'apply', '-f', '-', ...args)
  const dataOf = async (name: string): Promise<unknown> =>
    JSON.parse(await bench.kubectl('get', 'cm', name, '-o', 'jsonpath={.data}'))

  test('by apply: created, unchanged, configured, and what is left out is removed', async () => {
    assert.equal(await apply(configMap('a', { k: '1', l: '2' })), 'configmap/a created\n')
    assert.equal(await apply(configMap('a', { k: '1', l: '2' })), 'configmap/a unchanged\n')
    assert.equal(await apply(configMap('a', { k: '3' })), 'configmap/a configured\n')
    assert.deepEqual(await dataOf('a'), { k: '3' })
  })

  test('by apply, a container among others by its name', async () => {
    const deployment = (containers: readonly object[]) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'multi' },
      spec: {
        selector: { matchLabels: { app: 'multi' } },
        template: { metadata: { labels: { app: 'multi' } }, spec: { containers } },
      },
    })
    await apply(
      deployment([
        { name: 'a', image: 'a:1', env: [{ name: 'X', value: '1' }] },
        { name: 'b', image: 'b:1' },
      ]),
    )
    await bench.kubectl('set', 'env', 'deployment/multi', '-c', 'a', 'Y=2')
    await apply(deployment([{ name: 'a', image: 'a:2', env: [{ name: 'X', value: '1' }] }]))
    const path = 'jsonpath={range .spec.template.spec.containers[*]}{.name} {.image} {.env[*].name};{end}'
    assert.equal(await bench.kubectl('get', 'deployment', 'multi', '-o', path), 'a a:2 X Y;')
  })

  test('by server-side apply, with conflicts between managers', async () => {
    const mine = ['--server-side', '--field-manager=mine']
    const yours = ['--server-side', '--field-manager=yours']
    assert.equal(
      await apply(configMap('ssa', { k: '1', l: '1' }), ...mine),
      'configmap/ssa serverside-applied\n',
    )
    const refused = await bench.tryKubectl(['apply', '-f', '-', ...yours], {
      input: configMap('ssa', { k: '2' }),
    })
    assert.match(refused.stderr, /Apply failed with 1 conflict: conflict with "mine": \.data\.k/)
    await apply(configMap('ssa', { k: '2' }), ...yours, '--force-conflicts')
    assert.deepEqual(await dataOf('ssa'), { k: '2', l: '1' })
    await apply(configMap('ssa', {}), ...mine)
    assert.deepEqual(await dataOf('ssa'), { k: '2' })
  })

  test('by server-side apply what was applied by the client before', async () => {
    await apply(configMap('moved', { k: '1' }))
    assert.equal(
      await apply(configMap('moved', { k: '2' }), '--server-side'),
      'configmap/moved serverside-applied\n',
    )
    assert.deepEqual(await dataOf('moved'), { k: '2' })
  })

  test('by create, in the many forms that it has', async () => {
    await bench.kubectl('create', 'namespace', 'team')
    await bench.kubectl(
      'create',
      'deployment',
      'web',
      '--image=busybox:1',
      '--replicas=2',
      '--',
      'sleep',
      '1d',
    )
    await bench.kubectl('create', 'configmap', 'literal', '--from-literal=k=v')
    await bench.kubectl('create', 'secret', 'generic', 'hidden', '--from-literal=k=v')
    await bench.kubectl('create', 'serviceaccount', 'robot')
    await bench.kubectl('create', 'clusterrole', 'reader', '--verb=get', '--resource=pods')
    await bench.kubectl(
      'create',
      'rolebinding',
      'read',
      '--clusterrole=reader',
      '--serviceaccount=default:robot',
    )
    await bench.kubectl('expose', 'deployment', 'web', '--port=80')
    assert.deepEqual(await dataOf('literal'), { k: 'v' })
    assert.equal(
      await bench.kubectl('get', 'secret', 'hidden', '-o', 'jsonpath={.data.k}'),
      Buffer.from('v').toString('base64'),
    )
    const [, row] = cells(await bench.kubectl('get', 'deployment', 'web'))
    assert.deepEqual(row?.slice(0, 4), ['web', '0/2', '0', '0'])
    assert.match(
      await bench.kubectl('get', 'service', 'web'),
      /ClusterIP\s+10\.96\.\d+\.\d+\s+<none>\s+80\/TCP/,
    )
  })

  test('by create, with a name that the server makes', async () => {
    const made = await bench.kubectlWith(
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'gen-' } },
      'create',
      '-f',
      '-',
    )
    assert.match(made, /^configmap\/gen-[a-z0-9]{5} created\n$/)
  })

  test('nothing in a dry run of the server', async () => {
    const shown = await bench.kubectl(
      'run',
      'dry',
      '--image=busybox',
      '--dry-run=server',
      '-o',
      'jsonpath={.spec.dnsPolicy}',
    )
    assert.equal(shown, 'ClusterFirst')
    assert.equal((await bench.tryKubectl(['get', 'pod', 'dry'])).code, 1)
  })

  test('labels and annotations, and takes them away again', async () => {
    await apply(pod('marked'))
    await bench.kubectl('label', 'pod', 'marked', 'tier=front')
    await bench.kubectl('annotate', 'pod', 'marked', 'k8s.v1.cni.cncf.io/networks=lan')
    const refused = await bench.tryKubectl(['label', 'pod', 'marked', 'tier=back'])
    assert.match(refused.stderr, /already has a value \(front\), and --overwrite is false/)
    await bench.kubectl('label', 'pod', 'marked', 'tier-')
    const metadata: unknown = JSON.parse(
      await bench.kubectl('get', 'pod', 'marked', '-o', 'jsonpath={.metadata}'),
    )
    assert.ok(isJsonObject(metadata))
    assert.deepEqual(metadata['labels'], { app: 'marked' })
    assert.partialDeepStrictEqual(metadata['annotations'], { 'k8s.v1.cni.cncf.io/networks': 'lan' })
  })

  test('patches of all three kinds', async () => {
    await bench.kubectl('create', 'deployment', 'patched', '--image=busybox:1')
    const template = '/spec/template/spec/containers/0'
    const patch = async (type: string, content: unknown) =>
      bench.kubectl('patch', 'deployment', 'patched', `--type=${type}`, '-p', JSON.stringify(content))
    const containers = [{ name: 'busybox', env: [{ name: 'A', value: '1' }] }]
    await patch('strategic', { spec: { template: { spec: { containers } } } })
    await patch('json', [
      { op: 'test', path: `${template}/env/0/name`, value: 'A' },
      { op: 'add', path: `${template}/env/-`, value: { name: 'B', value: '2' } },
    ])
    await patch('merge', { spec: { paused: true } })
    const path =
      'jsonpath={.spec.paused} {.spec.template.spec.containers[0].image} {.spec.template.spec.containers[0].env[*].name}'
    assert.equal(await bench.kubectl('get', 'deployment', 'patched', '-o', path), 'true busybox:1 A B')
    const failing = JSON.stringify([{ op: 'test', path: '/spec/paused', value: false }])
    assert.match(
      (await bench.tryKubectl(['patch', 'deployment', 'patched', '--type=json', '-p', failing])).stderr,
      /the server rejected our request due to an error in our request/,
    )
  })

  test('the number of replicas by scale', async () => {
    await bench.kubectl('create', 'deployment', 'scaled', '--image=busybox')
    assert.equal(
      await bench.kubectl('scale', 'deployment/scaled', '--replicas=5'),
      'deployment.apps/scaled scaled\n',
    )
    assert.equal(
      await bench.kubectl(
        'get',
        'deployment',
        'scaled',
        '-o',
        'jsonpath={.spec.replicas} {.metadata.generation}',
      ),
      '5 2',
    )
    assert.match(
      (await bench.tryKubectl(['scale', 'deployment/scaled', '--replicas=1', '--current-replicas=3'])).stderr,
      /Expected replicas to be 3, was 5/,
    )
  })

  test('by edit, in the editor of the user', async () => {
    await apply(configMap('edited', { k: 'before' }))
    const edit = await bench.tryKubectl(['edit', 'configmap', 'edited'], {
      env: { KUBE_EDITOR: 'sed -i s/before/after/' },
    })
    assert.equal(edit.stdout, 'configmap/edited edited\n')
    assert.deepEqual(await dataOf('edited'), { k: 'after' })
  })

  test('by replace, but not over what somebody changed since', async () => {
    await apply(configMap('replaced', { k: '1' }))
    const read: unknown = JSON.parse(await bench.kubectl('get', 'cm', 'replaced', '-o', 'json'))
    assert.ok(isJsonObject(read))
    await bench.kubectlWith({ ...read, data: { k: '2' } }, 'replace', '-f', '-')
    const late = await bench.tryKubectl(['replace', '-f', '-'], { input: { ...read, data: { k: '3' } } })
    assert.match(
      late.stderr,
      /Operation cannot be fulfilled on configmaps "replaced": the object has been modified/,
    )
    assert.deepEqual(await dataOf('replaced'), { k: '2' })
    await bench.kubectlWith(configMap('replaced', { k: '4' }), 'replace', '--force', '-f', '-')
    assert.deepEqual(await dataOf('replaced'), { k: '4' })
  })

  test('the difference that an apply would make', async () => {
    await apply(configMap('different', { k: '1' }))
    const { code } = await bench.tryKubectl(['diff', '-f', '-'], {
      input: configMap('different', { k: '2' }),
    })
    assert.equal(code, 1)
    assert.equal(
      (await bench.tryKubectl(['diff', '-f', '-'], { input: configMap('different', { k: '1' }) })).code,
      0,
    )
  })

  test('a node out of use and back', async () => {
    bench.server.apply([{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n9' } }])
    await bench.kubectl('cordon', 'n9')
    assert.match(await bench.kubectl('get', 'node', 'n9'), /SchedulingDisabled/)
    await bench.kubectl('taint', 'node', 'n9', 'a=b:NoSchedule')
    bench.server.apply([pod('evicted', { nodeName: 'n9' })])
    const drained = bench.kubectl('drain', 'n9', '--force', '--grace-period=0', '--timeout=10s')
    assert.match(await drained, /pod\/evicted evicted/)
    await bench.kubectl('uncordon', 'n9')
    assert.doesNotMatch(await bench.kubectl('get', 'node', 'n9'), /SchedulingDisabled/)
  })

  test('nothing that is wrong, and says what is wrong with it', async () => {
    const refused = async (object: object, message: RegExp, ...args: readonly string[]) => {
      const { code, stderr } = await bench.tryKubectl(['create', '-f', '-', ...args], { input: object })
      assert.equal(code, 1)
      assert.match(stderr, message)
    }
    await refused(
      pod('Bad_Name'),
      /The Pod "Bad_Name" is invalid: metadata\.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain/,
    )
    await refused(pod('bad', { contaners: [] }), /strict decoding error: unknown field "spec\.contaners"/)
    await refused(
      pod('bad', { hostNetwork: 'yes' }),
      /cannot unmarshal string into Go struct field PodSpec\.spec\.hostNetwork of type bool/,
    )
    await refused(pod('bad', { containers: [] }), /spec\.containers: Required value/)
    await refused(configMap('literal', {}), /\(AlreadyExists\): .*configmaps "literal" already exists/)
    await refused(
      { ...configMap('x', {}), metadata: { name: 'x', namespace: 'nowhere' } },
      /namespaces "nowhere" not found/,
    )
    await refused(
      { apiVersion: 'v1', kind: 'Ghost', metadata: { name: 'x' } },
      /no matches for kind "Ghost" in version "v1"/,
    )
  })

  test('unknown fields with a warning when it is asked to', async () => {
    const { stderr, code } = await bench.tryKubectl(['create', '-f', '-', '--validate=warn'], {
      input: { ...configMap('warned', {}), dat: {} },
    })
    assert.deepEqual([code, stderr], [0, 'Warning: unknown field "dat"\n'])
    assert.equal((await bench.tryKubectl(['get', 'cm', 'warned'])).code, 0)
  })
})
