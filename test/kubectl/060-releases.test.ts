// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { basename } from 'node:path'
import { describe, test } from 'node:test'
import { installedKubectls, startBench } from './kubectl.ts'

// PLAIT_KUBECTLS names more programs, such as that of an old distribution, separated by colons.
const named = (process.env['PLAIT_KUBECTLS'] ?? '').split(':').filter((path) => path !== '')

const manifest = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'main', image: 'busybox:1' }] },
    },
  },
}

const typo = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'typo' },
  spec: { containers: [{ name: 'a', imagee: 'b' }] },
}

const programs = [...installedKubectls(), ...named]
const skip = programs.length === 0 ? 'there is no kubectl in PATH' : false

describe('every release of kubectl', { skip }, () => {
  for (const program of programs) {
    test(`${basename(program)} can apply, read, change, explain and delete`, async () => {
      await using bench = await startBench({}, program)
      assert.equal(await bench.kubectlWith(manifest, 'apply', '-f', '-'), 'deployment.apps/web created\n')
      assert.equal(await bench.kubectlWith(manifest, 'apply', '-f', '-'), 'deployment.apps/web unchanged\n')
      assert.match(await bench.kubectl('get', 'deployments'), /^web +0\/1 +0 +0 +\d+s$/m)
      await bench.kubectl('scale', 'deployment', 'web', '--replicas=3')
      await bench.kubectl('set', 'image', 'deployment/web', 'main=busybox:2')
      assert.match(await bench.kubectl('describe', 'deployment', 'web'), /3 desired/)
      assert.match(await bench.kubectl('explain', 'nad.spec.config'), /CNI configuration as JSON text/)
      assert.match(
        (await bench.tryKubectl(['create', '-f', '-'], { input: typo })).stderr,
        /unknown field "(?:spec\.containers\[0\]\.)?imagee"/,
      )
      await bench.kubectl('create', 'configmap', 'made', '--from-literal=k=v')
      await bench.kubectl('delete', 'deployment/web', 'configmap/made')
    })
  }
})
