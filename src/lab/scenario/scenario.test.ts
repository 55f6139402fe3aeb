// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { listScenarios, readScenario } from './scenario-folder.ts'
import { parseScenario } from './scenario.ts'

const topology = `
about: a test
networks: { uplink: {} }
controlPlane: { network: uplink, address: 10.1.1.2/24 }
nodes: { count: 1, nics: { eth0: { network: uplink, address: 10.1.1.5/24 } } }
`
const pod = 'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\n'

function refusal(files: Record<string, string>): string {
  try {
    parseScenario({ name: 'x', files })
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
  return 'accepted'
}

describe('parseScenario()', () => {
  it('applies all manifests in one stage when there is no expect.yaml', () => {
    const files = { 'topology.yaml': topology, 'manifests/b.yaml': pod, 'manifests/a.yaml': pod }
    const { stages } = parseScenario({ name: 'x', files })
    assert.deepEqual(
      stages.map(({ apply }) => apply),
      [['a.yaml', 'b.yaml']],
    )
  })

  it('expects every pod of the manifests to run when there is no expect.yaml', () => {
    const deployment =
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web, namespace: other }\nspec: { replicas: 3 }\n'
    const files = { 'topology.yaml': topology, 'manifests/a.yaml': pod, 'manifests/b.yaml': deployment }
    assert.deepEqual(parseScenario({ name: 'x', files }).stages[0]?.running, { '*': 1, 'other/*': 3 })
  })

  it('refuses a stage that applies a file which is not there', () => {
    const expect = 'stages: [{ name: one, apply: [b.yaml] }]'
    assert.equal(
      refusal({ 'topology.yaml': topology, 'manifests/a.yaml': pod, 'expect.yaml': expect }),
      'Cannot read x/expect.yaml: manifests/b.yaml does not exist (there is a.yaml)',
    )
  })

  it('refuses an expectation of an unknown kind, and says which kinds there are', () => {
    const expect = 'stages: [{ name: one, checks: [{ pong: {} }] }]'
    assert.match(
      refusal({ 'topology.yaml': topology, 'expect.yaml': expect }),
      /^Cannot read x\/expect\.yaml at stages\.0\.checks\.0: an expectation has one key, of interfaces, /,
    )
  })

  it('names the place of a mistake in an expectation', () => {
    const expect = 'stages: [{ name: one, checks: [{ ping: { from: a, too: [10.0.0.1] } }] }]'
    assert.match(
      refusal({ 'topology.yaml': topology, 'expect.yaml': expect }),
      /stages\.0\.checks\.0\.ping at too: /,
    )
  })

  it('refuses a manifest that is no Kubernetes object', () => {
    assert.match(
      refusal({ 'topology.yaml': topology, 'manifests/a.yaml': 'kind: Pod\n' }),
      /^Cannot read x\/manifests\/a\.yaml at apiVersion: /,
    )
  })
})

describe('the built-in scenarios', () => {
  for (const { name } of listScenarios()) {
    it(`${name} can be read, for one node and for five`, () => {
      const source = readScenario(name)
      for (const nodes of [1, 5]) assert.equal(parseScenario(source, { nodes }).topology.nodes.length, nodes)
    })
  }

  it('are offered when a name is not known', () => {
    assert.throws(() => readScenario('no-such'), /Cannot find scenario no-such: .*two-macvlan/)
  })
})
