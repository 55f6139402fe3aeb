// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { cells, missingKubectl, startBench } from './kubectl.ts'
import type { KubectlBench } from './kubectl.ts'

const nad = (name: string, spec: object) => ({
  apiVersion: 'k8s.cni.cncf.io/v1',
  kind: 'NetworkAttachmentDefinition',
  metadata: { name },
  spec,
})

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'crontabs.stable.example.com' },
  spec: {
    group: 'stable.example.com',
    scope: 'Namespaced',
    names: {
      plural: 'crontabs',
      singular: 'crontab',
      kind: 'CronTab',
      shortNames: ['ct'],
      categories: ['all'],
    },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                required: ['cronSpec'],
                properties: {
                  cronSpec: { type: 'string', description: 'When it runs.' },
                  image: { type: 'string', default: 'busybox' },
                  replicas: { type: 'integer', minimum: 1 },
                },
              },
              status: { type: 'object', properties: { replicas: { type: 'integer' } } },
            },
          },
        },
        subresources: {
          status: {},
          scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
        },
        additionalPrinterColumns: [
          { name: 'Spec', type: 'string', jsonPath: '.spec.cronSpec' },
          { name: 'Replicas', type: 'integer', jsonPath: '.spec.replicas' },
          { name: 'Image', type: 'string', jsonPath: '.spec.image', priority: 1 },
        ],
      },
    ],
  },
}

const cronTab = (name: string, spec: object) => ({
  apiVersion: 'stable.example.com/v1',
  kind: 'CronTab',
  metadata: { name },
  spec,
})

describe('kubectl and custom resources', { skip: missingKubectl ?? false }, () => {
  let bench: KubectlBench
  before(async () => {
    bench = await startBench()
  })
  after(async () => bench[Symbol.asyncDispose]())

  test('network attachment definitions are there from the start, by all their names', async () => {
    const config = '{"cniVersion":"1.0.0","type":"macvlan","master":"ens6"}'
    assert.equal(
      await bench.kubectlWith(nad('lan', { config }), 'apply', '-f', '-'),
      'networkattachmentdefinition.k8s.cni.cncf.io/lan created\n',
    )
    for (const name of [
      'nad',
      'net-attach-def',
      'network-attachment-definitions',
      'network-attachment-definition',
    ]) {
      assert.equal(await bench.kubectl('get', name, 'lan', '-o', 'jsonpath={.spec.config}'), config)
    }
    assert.deepEqual(cells(await bench.kubectl('get', 'nad'))[0], ['NAME', 'AGE'])
    assert.match(await bench.kubectl('describe', 'nad', 'lan'), /Config: +\{"cniVersion":"1\.0\.0"/)
    assert.match(
      await bench.kubectl('get', 'crd'),
      /^network-attachment-definitions\.k8s\.cni\.cncf\.io +20/m,
    )
  })

  test('a network attachment definition keeps only what its schema knows', async () => {
    const refused = await bench.tryKubectl(['apply', '-f', '-'], {
      input: nad('more', { config: '{}', extra: 1 }),
    })
    assert.match(refused.stderr, /strict decoding error: unknown field "spec\.extra"/)
    await bench.kubectlWith(nad('more', { config: '{}', extra: 1 }), 'apply', '--validate=false', '-f', '-')
    assert.equal(await bench.kubectl('get', 'nad', 'more', '-o', 'jsonpath={.spec}'), '{"config":"{}"}')
    const wrong = await bench.tryKubectl(['apply', '-f', '-'], { input: nad('wrong', { config: 5 }) })
    assert.match(
      wrong.stderr,
      /"wrong" is invalid: spec\.config: Invalid value: "integer": spec\.config in body must be of type string: "integer"/,
    )
  })

  test('a new definition is served at once, with its columns, defaults, status and scale', async () => {
    await bench.kubectlWith(definition, 'apply', '-f', '-')
    await bench.kubectl(
      'wait',
      '--for=condition=Established',
      'crd/crontabs.stable.example.com',
      '--timeout=5s',
    )
    await bench.kubectlWith(cronTab('my', { cronSpec: '* * * * *', replicas: 3 }), 'apply', '-f', '-')
    assert.deepEqual(cells(await bench.kubectl('get', 'ct', '-o', 'wide')), [
      ['NAME', 'SPEC', 'REPLICAS', 'IMAGE'],
      ['my', '* * * * *', '3', 'busybox'],
    ])
    await bench.kubectl('scale', 'ct/my', '--replicas=5')
    await bench.kubectl(
      'patch',
      'ct',
      'my',
      '--subresource=status',
      '--type=merge',
      '-p',
      '{"status":{"replicas":4}}',
    )
    assert.equal(
      await bench.kubectl('get', 'ct', 'my', '-o', 'jsonpath={.spec.replicas} {.status.replicas}'),
      '5 4',
    )
    assert.match(await bench.kubectl('get', 'all'), /crontab\.stable\.example\.com\/my/)
    assert.match(
      await bench.kubectl('explain', 'crontab.spec'),
      /cronSpec\s+<string> -required-\s+When it runs\./,
    )
  })

  test('an object that breaks its schema is refused with all that is wrong', async () => {
    const { stderr } = await bench.tryKubectl(['create', '-f', '-'], {
      input: cronTab('bad', { replicas: 0 }),
    })
    assert.match(stderr, /The CronTab "bad" is invalid:/)
    assert.match(stderr, /spec\.cronSpec: Required value/)
    assert.match(
      stderr,
      /spec\.replicas: Invalid value: 0: spec\.replicas in body should be greater than or equal to 1/,
    )
  })

  test('a definition that is none is refused', async () => {
    const named = { ...definition, metadata: { name: 'crontabs' } }
    const { stderr } = await bench.tryKubectl(['create', '-f', '-'], { input: named })
    assert.match(
      stderr,
      /metadata\.name: Invalid value: "crontabs": must be spec\.names\.plural\+"\."\+spec\.group/,
    )
  })

  test('a definition that goes takes its objects along', async () => {
    await bench.kubectl('delete', 'crd', 'crontabs.stable.example.com', '--timeout=10s')
    assert.match(
      (await bench.tryKubectl(['get', 'crontabs.stable.example.com'])).stderr,
      /(could not find|doesn't have)/,
    )
  })
})
