// SPDX-License-Identifier: Apache-2.0

import type { InvokePlugin } from '../../cni/index.ts'
import { formatTraceParent, nextSpan, parseTraceParent } from '../requests/trace-context.ts'

/** Runs programs as `invoke` does, each with a span of its own in the trace of the call that it is part of. */
export function withSpans(invoke: InvokePlugin): InvokePlugin {
  return (invocation) => {
    const { type: plugin, command, ifName, env = process.env, log } = invocation
    const span = nextSpan(parseTraceParent(env.TRACEPARENT))
    log?.debug({ plugin, command, ifName, span: span.spanId }, 'external plugin starts')
    return invoke({ ...invocation, env: { ...env, TRACEPARENT: formatTraceParent(span) } })
  }
}
