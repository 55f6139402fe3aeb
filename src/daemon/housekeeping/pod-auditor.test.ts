// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createLog, waitFor } from '../../base/index.ts'
import { parsePod } from '../../kubernetes/index.ts'
import type { Pod } from '../../kubernetes/index.ts'
import type { PodAudit } from '../../multus/index.ts'
import { OwnPods } from './own-pods.ts'
import { PodAuditor } from './pod-auditor.ts'

const timing = { soonMs: 1, intervalMs: 5, settleMs: 0 }
const web = parsePod({ metadata: { name: 'web', namespace: 'default', uid: 'u1' }, spec: { nodeName: 'n1' } })

interface SceneOptions {
  readonly nodeName?: string
  /** Why statuses cannot be written, one look after the other. */
  readonly refusals?: Error[]
  /** Why it cannot be said which pods lack their networks. */
  readonly failures?: Error[]
}

/** A node that can change, whose audit says what it is asked; `web` lacks its networks. */
function scene({ nodeName = 'n1', refusals = [], failures = [] }: SceneOptions = {}) {
  const said = new Set<string>()
  const node = { hasSynced: true, asked: 0, problems: Array.of<string>(), foundName: Array.of<string>() }
  const names = (pods: readonly Pod[]): string => pods.map(({ metadata }) => metadata.name).join()
  const audit: PodAudit = {
    restoreStatuses: async (pods) => {
      said.add(`restore ${names(pods)}`)
      const refusal = refusals.shift()
      if (refusal) throw refusal
      return 0
    },
    findUnattached: async (pods) => {
      const failure = failures.shift()
      if (failure) throw failure
      said.add(`find ${names(pods)}`)
      return pods.map(({ metadata: { namespace, name, uid } }) => ({
        namespace,
        name,
        uid,
        networks: ['default/lan'],
        controller: 'r1',
        obstacle: undefined,
      }))
    },
    tellUnattached: ({ name }) => void said.add(`tell ${name}`),
    evict: async ({ name }) => Boolean(said.add(`evict ${name}`)),
    findNodeName: async () => node.foundName[0],
  }
  const informer = {
    get hasSynced() {
      node.asked++
      return node.hasSynced
    },
    list: () => [web],
  }
  const log = createLog({ level: 'warn', destination: { write: (line) => void said.add(line) } })
  const pods = new OwnPods(informer, nodeName || undefined)
  const start = (): PodAuditor =>
    PodAuditor.start({ audit, pods, readiness: node, policy: 'evict', log, timing })
  const until = async (what: string | RegExp): Promise<void> => {
    const isSaid = (): boolean => [...said].some((line) => line.search(what) >= 0)
    await waitFor(isSaid, { timeoutMs: 5000, intervalMs: 2, what: String(what) })
  }
  return { said, node, start, until }
}

describe('PodAuditor', () => {
  test('restores statuses, and tells of pods without networks and evicts them', async () => {
    const { said, start, until } = scene()
    await using _auditor = start()
    await until('evict web')
    assert.deepEqual([...said], ['restore web', 'find web', 'tell web', 'evict web'])
  })

  test('does nothing before the pods are known', async () => {
    const { said, node, start, until } = scene()
    node.hasSynced = false
    await using _auditor = start()
    await waitFor(() => node.asked > 2, { timeoutMs: 5000, intervalMs: 2, what: 'a second look' })
    assert.deepEqual([...said], [])
    node.hasSynced = true
    await until('restore web')
  })

  test('blames nobody before the node is ready', async () => {
    const { said, node, start, until } = scene()
    node.problems.push('cni-configuration: it is not written yet')
    await using _auditor = start()
    await until('restore web')
    assert.deepEqual([...said], ['restore web'])
    node.problems.length = 0
    await until('evict web')
  })

  test('blames nobody before it is known which node this is', async () => {
    const { said, node, start, until } = scene({ nodeName: '' })
    await using _auditor = start()
    await until('restore web')
    assert.deepEqual([...said], ['restore web'])
    node.foundName.push('n1')
    await until('evict web')
  })

  test('says that no statuses could be written, and looks for missing networks all the same', async () => {
    const { said, start, until } = scene({ refusals: [new Error('not granted')] })
    await using _auditor = start()
    await until('evict web')
    const [, line] = said
    assert.match(line ?? '', /not granted.*lost network statuses not written/)
  })

  test('says that it could not look, and looks again', async () => {
    const { start, until } = scene({ failures: [new Error('no API')] })
    await using _auditor = start()
    await until(/no API.*pods could not be looked after/)
    await until('evict web')
  })

  test('ends at once', async () => {
    const { start } = scene()
    await start()[Symbol.asyncDispose]()
  })
})
