// SPDX-License-Identifier: Apache-2.0

/** The variables by which traces are handed to child processes. */
const traceVariables: ReadonlySet<string> = new Set(['TRACEPARENT', 'TRACESTATE', 'BAGGAGE'])

/** Whether an environment variable is about one call: CNI's own and those of its trace. */
export function isCallVariable(name: string): boolean {
  return name.startsWith('CNI_') || traceVariables.has(name)
}
