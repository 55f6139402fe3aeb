// SPDX-License-Identifier: Apache-2.0

import { type JsonObject, delay, describeError, waitFor } from '../../base/index.ts'
import { type KubernetesClient, deployments, pods } from '../../kubernetes/index.ts'
import type { Check } from '../checks/define-check.ts'
import { isMeant } from '../checks/select-pods.ts'
import type { PodFacts, World } from '../checks/world.ts'
import type { FindingRecord, StageRecord } from '../report/record.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { Stage } from '../scenario/stages.ts'
import { actOnNodes } from './act-on-nodes.ts'
import type { NodeProcesses } from './lab-node.ts'
import { countEvents, snapshotPods } from './snapshot.ts'

/** What a stage is run with. */
export interface StageTools {
  readonly world: World
  readonly client: KubernetesClient
  readonly manifests: Scenario['manifests']
  readonly apply: (objects: readonly JsonObject[]) => void
  readonly nodes: readonly NodeProcesses[]
}

// What is told in the background (events, network-status) may come a moment after the pod is ready.
const settleMs = 4000

/** Does what a stage says, waits for the state that it names, and holds its expectations against it. */
export async function runStage(stage: Stage, tools: StageTools): Promise<StageRecord> {
  const { world } = tools
  const began = performance.now()
  const findings: FindingRecord[] = []
  try {
    await act(stage, tools)
    findings.push(...(await awaitPods(stage, world)))
    for (const check of stage.checks) findings.push(...(await settle(check, world)))
  } catch (error) {
    findings.push({ kind: 'stage', ok: false, text: 'the stage can be set up', detail: describeError(error) })
  }
  return {
    name: stage.name,
    seconds: (performance.now() - began) / 1000,
    pods: await snapshotPods(world),
    findings,
    events: countEvents(await world.events()),
  }
}

async function act(stage: Stage, { world, client, manifests, apply, nodes }: StageTools): Promise<void> {
  for (const action of stage.onNodes) await actOnNodes(action, nodes)
  for (const { namespace, name } of await podsMeant(world, stage.delete)) {
    await client.remove(pods, { namespace, name })
  }
  for (const file of stage.apply) apply(manifests[file] ?? [])
  for (const [name, replicas] of Object.entries(stage.scale)) {
    const ref = { namespace: 'default', name }
    await client.patch(deployments, ref, { spec: { replicas } }, { type: 'merge' })
  }
}

async function podsMeant(world: World, patterns: readonly string[]): Promise<PodFacts[]> {
  const all = await world.pods()
  return all.filter((pod) => patterns.some((pattern) => isMeant(pod, pattern)))
}

async function awaitPods(stage: Stage, world: World): Promise<FindingRecord[]> {
  const deadline = performance.now() + stage.withinSeconds * 1000
  const findings: FindingRecord[] = []
  for (const [pattern, count] of Object.entries(stage.running)) {
    findings.push(
      await until(deadline, `${count} ${count === 1 ? 'pod' : 'pods'} ${pattern} run`, async () => {
        const found = await podsMeant(world, [pattern])
        const ready = found.filter((pod) => pod.ready && pod.netns !== undefined).length
        const detail = `${ready} of ${found.length} are ready after ${stage.withinSeconds} s${await reasons(world, found)}`
        return { ok: found.length === count && ready === count, detail }
      }),
    )
  }
  for (const pattern of stage.failing) {
    findings.push(
      await until(deadline, `pod ${pattern} gets no sandbox`, async () => {
        const events = await world.events()
        const found = await podsMeant(world, [pattern])
        const failed = found.filter((pod) =>
          events.some((event) => event.reason === 'FailedCreatePodSandBox' && event.pod === pod.name),
        )
        return { ok: found.length > 0 && failed.length === found.length, detail: 'there is no such event' }
      }),
    )
  }
  return findings
}

async function reasons(world: World, found: readonly PodFacts[]): Promise<string> {
  const names = new Set(found.filter(({ ready }) => !ready).map(({ name }) => name))
  const events = await world.events()
  const last = events.findLast((event) => names.has(event.pod) && event.reason.startsWith('Failed'))
  return last === undefined ? '' : `: ${last.message}`
}

async function until(
  deadline: number,
  text: string,
  look: () => Promise<{ readonly ok: boolean; readonly detail: string }>,
): Promise<FindingRecord> {
  let last = { ok: false, detail: '' }
  const timeoutMs = Math.max(0, deadline - performance.now())
  await waitFor(
    async () => {
      last = await look()
      return last.ok
    },
    { timeoutMs, intervalMs: 50, what: text },
  ).catch((error: unknown) => {
    if (last.detail === '') throw error
  })
  return { kind: 'pods', text, ...last }
}

/** Holds an expectation; one that fails is held again until it had time to come true. */
async function settle(check: Check, world: World): Promise<FindingRecord[]> {
  let findings = await check.evaluate(world)
  const deadline = performance.now() + settleMs
  while (findings.some(({ ok }) => !ok) && performance.now() < deadline) {
    await delay(100)
    findings = await check.evaluate(world)
  }
  return findings.map((finding) => withKind(finding, check.kind))
}

function withKind(finding: Omit<FindingRecord, 'kind'>, kind: string): FindingRecord {
  return { ...finding, kind }
}
