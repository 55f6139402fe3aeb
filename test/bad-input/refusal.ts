// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import * as v from 'valibot'
import type { ShimEnd } from '../shim/run-shim.ts'
import { TestNode } from './test-node.ts'
import type { NodeOptions, PodCall, TestPod } from './test-node.ts'

interface Cleanup {
  after(step: () => void | Promise<void>): void
}

/** A node for all tests of a file, with what its first pod makes for good: the bridge of the default network. */
export function useNode(options: NodeOptions = {}): () => TestNode {
  let node: TestNode | undefined
  const current = (): TestNode => {
    assert.ok(node)
    return node
  }
  before(async () => {
    node = await TestNode.start(options)
    if (!options.apiIsAway) await attachFirstPod(node)
  })
  after(() => node?.[Symbol.asyncDispose]())
  return current
}

/** Attaches a pod and takes it away again, which leaves the bridge of the default network. */
export async function attachFirstPod(node: TestNode): Promise<void> {
  await using pods = new AsyncDisposableStack()
  const pod = node.addPod({ after: (step) => pods.defer(step) })
  for (const command of ['ADD', 'DEL']) {
    const { status, stdout } = await node.call(command, pod)
    assert.equal(status, 0, `${command}: ${stdout}`)
  }
}

/** The one line that a runtime is to see, with the names that differ from run to run replaced as by {@link readRefusal}. */
export interface Refusal {
  readonly code: number
  readonly msg: string
  readonly details?: string
}

/** What is asked for, and how it is refused. */
export interface BadCall extends PodCall {
  /** The annotation of the pod. */
  readonly networks?: string | readonly object[]
  readonly refusal: Refusal
  /** DEL cannot be understood either, and is refused with the same line. */
  readonly delIsRefused?: boolean
  /** Ends what is wrong with the node. */
  readonly repair?: () => void | Promise<void>
}

/**
 * Holds a node to all that is expected of it for bad input: one line, exit code 1, nothing left after the ADD nor after
 * the DEL that a runtime sends then, and good pods are attached as before.
 */
export async function assertRefused(t: Cleanup, node: TestNode, bad: BadCall): Promise<void> {
  const pod = node.addPod(t, bad.networks)
  const earlier = node.stock(pod)
  try {
    const added = await node.call('ADD', pod, bad)
    assert.deepEqual(readRefusal(added, node, pod), bad.refusal)
    assert.deepEqual(node.stock(pod), earlier, 'the ADD has left something')
    const deleted = await node.call('DEL', pod, bad)
    if (bad.delIsRefused) assert.deepEqual(readRefusal(deleted, node, pod), bad.refusal)
    else assertSilentSuccess(deleted)
    assert.deepEqual(node.stock(pod), earlier, 'the DEL has left something')
  } finally {
    await bad.repair?.()
  }
  await assertAttachesPods(t, node)
}

const cniError = v.strictObject({ code: v.number(), msg: v.string(), details: v.optional(v.string()) })

// What upstream puts before every problem of a definition.
const longPrefix = /^Multus: .*: (?:failed getting the delegate|parsePodNetworkAnnotation|SetNetworkStatus): /

/**
 * The refusal that a call ended with. The identity of the pod is replaced by POD, its container by CONTAINER, the
 * directory of the node by NODE, ports by PORT, and what counts or is random in the name of a file by N.
 */
export function readRefusal({ status, stdout, stderr }: ShimEnd, node: TestNode, pod: TestPod): Refusal {
  assert.deepEqual([status, stderr], [1, ''], stdout)
  const { details, ...error } = v.parse(cniError, JSON.parse(stdout))
  const texts = [error.msg, ...(details === undefined ? [] : [details])]
  for (const text of texts) assert.doesNotMatch(text, /\p{Cc}/u, 'it is one line')
  const [msg = '', help] = texts.map((text) => withoutNames(text, node, pod))
  const own = msg.replace(longPrefix, '')
  assert.ok(own.length <= 300, `${own.length} characters: ${own}`)
  return { code: error.code, msg, ...(help !== undefined && { details: help }) }
}

function withoutNames(text: string, { daemon }: TestNode, { name, uid, containerId }: TestPod): string {
  return text
    .replaceAll(`default/${name}/${uid}`, 'POD')
    .replaceAll(containerId, 'CONTAINER')
    .replaceAll(new RegExp(`\\b${name}\\b`, 'g'), 'NAME')
    .replaceAll(daemon.directory, 'NODE')
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replaceAll(/(?<=\/networks\/[\w-]+\/\d+\.\d+\.\d+\.)\d+/g, 'N')
}

/** Attaches a good pod to two networks, and takes it away again. */
export async function assertAttachesPods(t: Cleanup, node: TestNode): Promise<void> {
  const pod = node.addPod(t, 'good')
  const earlier = node.stock(pod)
  const { status, stdout } = await node.call('ADD', pod)
  assert.equal(status, 0, stdout)
  assert.deepEqual(node.stock(pod).podLinks, ['lo', 'eth0 veth', 'net1 macvlan'])
  assertSilentSuccess(await node.call('DEL', pod))
  assert.deepEqual(node.stock(pod), earlier)
}

/** A DEL that a runtime is content with. */
export function assertSilentSuccess({ status, stdout, stderr }: ShimEnd): void {
  assert.deepEqual([status, stdout, stderr], [0, '', ''])
}
