// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PluginInvocation } from '../../cni/index.ts'
import { parseTraceParent } from '../requests/trace-context.ts'
import { withSpans } from './with-spans.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const spanId = '00f067aa0ba902b7'

async function contextOf(env: NonNullable<PluginInvocation['env']>) {
  const seen: PluginInvocation[] = []
  const invoke = withSpans(async (invocation) => {
    seen.push(invocation)
    return undefined
  })
  const basics = {
    type: 'sriov',
    command: 'DEL',
    containerId: 'c1',
    netns: '',
    ifName: 'net1',
    args: '',
  } as const
  await invoke({ ...basics, path: [], config: {}, env })
  return { env: seen[0]?.env, context: parseTraceParent(seen[0]?.env?.TRACEPARENT) }
}

test('each call of a program gets a span of its own in the trace of its request', async () => {
  const given = { TRACEPARENT: `00-${traceId}-${spanId}-01`, PATH: '/bin' }
  const [one, two] = [await contextOf(given), await contextOf(given)]
  assert.deepEqual([one.context?.traceId, one.context?.flags, one.env?.PATH], [traceId, '01', '/bin'])
  assert.equal(new Set([spanId, one.context?.spanId, two.context?.spanId]).size, 3)
})

test('a call without a trace begins one', async () => {
  assert.match((await contextOf({})).context?.traceId ?? '', /^[0-9a-f]{32}$/)
})
