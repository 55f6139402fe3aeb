// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { readCheck } from './all-checks.ts'
import type { Finding } from './define-check.ts'
import { fakeWorld } from './fake-world.ts'
import type { World } from './world.ts'

const [n1, n2] = ['n1', 'n2'].map((name) => ({ name, netns: name, root: `/${name}` }))
const nodes = n1 && n2 ? [n1, n2] : []

async function evaluate(check: object, world: World): Promise<Finding[]> {
  return readCheck(check, 'expect.yaml').evaluate(world)
}

function oks(findings: readonly Finding[]): boolean[] {
  return findings.map(({ ok }) => ok)
}

describe('onNode', () => {
  const world = fakeWorld({ nodes, outputs: { 'n1: ls /x': 'a\nb\n', 'n2: ls /x': '' } })

  it('holds where a script prints exactly the lines, on the nodes that are meant', async () => {
    assert.deepEqual(oks(await evaluate({ onNode: { sh: 'ls /x', prints: ['a', 'b'] } }, world)), [
      true,
      false,
    ])
    assert.deepEqual(oks(await evaluate({ onNode: { nodes: ['n2'], sh: 'ls /x', prints: [] } }, world)), [
      true,
    ])
  })

  it('says what was printed instead', async () => {
    const [finding] = await evaluate({ onNode: { nodes: ['n1'], sh: 'ls /x', prints: ['a'] } }, world)
    assert.equal(finding?.detail, 'it prints a | b')
  })
})

describe('nodeEvents', () => {
  it("looks for pieces of text in the node's events of the reason", async () => {
    const nodeEvents = [
      { node: 'n1', reason: 'Taken', message: 'set it to false' },
      { node: 'n2', reason: 'Other', message: 'set it to false' },
    ]
    const world = fakeWorld({ nodes, nodeEvents })
    const check = { nodeEvents: { reason: 'Taken', messages: ['false'] } }
    assert.deepEqual(oks(await evaluate(check, world)), [true, false])
  })
})

describe('readiness', () => {
  async function nodeThatAnswers(t: TestContext, status: number, body: string): Promise<World> {
    const root = mkdtempSync(join(tmpdir(), 'plait-readiness-'))
    const server = createServer((_request, response) => response.writeHead(status).end(body))
    mkdirSync(join(root, 'run/multus'), { recursive: true })
    await new Promise<void>((resolve) => void server.listen(join(root, 'run/multus/multus.sock'), resolve))
    t.after(() => {
      server.close()
      server.closeAllConnections()
      rmSync(root, { recursive: true })
    })
    return fakeWorld({ nodes: [{ name: 'n1', netns: 'n1', root }] })
  }

  it('tells a node that is ready from one that is not', async (t) => {
    const ready = await nodeThatAnswers(t, 200, '')
    assert.deepEqual(oks(await evaluate({ readiness: { ready: true } }, ready)), [true])
    assert.deepEqual(oks(await evaluate({ readiness: { ready: false } }, ready)), [false])
  })

  it('looks for pieces of text in the answer', async (t) => {
    const world = await nodeThatAnswers(t, 503, 'cni-configuration: it is away\n')
    const findings = await evaluate({ readiness: { ready: false, says: ['away', 'here'] } }, world)
    assert.deepEqual(oks(findings), [true, true, false])
    assert.equal(findings[2]?.detail, 'it answers 503: cni-configuration: it is away')
  })

  it('does not hold where no daemon answers', async () => {
    const findings = await evaluate({ readiness: { nodes: ['n1'], ready: false } }, fakeWorld({ nodes }))
    assert.deepEqual(oks(findings), [false])
  })
})
