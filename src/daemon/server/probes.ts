// SPDX-License-Identifier: Apache-2.0

import type { Dispatcher } from '../requests/dispatcher.ts'
import type { Readiness } from './readiness.ts'
import { textAnswer } from './upstream-answer.ts'
import type { HttpAnswer } from './upstream-answer.ts'

/** What probes learn about; each of their answers is about that moment. */
export interface Probed {
  readonly readiness: Pick<Readiness, 'problems'>
  readonly dispatcher: Pick<Dispatcher, 'isStopping'>
}

/** Answers a probe by its method. */
export type AnswerProbe = (method: string | undefined, probed: Probed) => HttpAnswer

/** What probes ask for, on the socket and on the port. */
export const probes = {
  '/healthz': () => ({ status: 200, body: '' }),
  '/readyz': answerReady,
} as const satisfies Record<string, AnswerProbe>

// Upstream's shim asks by POST whether it may send its call, and asks again for a minute. Calls are answered whatever
// else is wrong with the node, which is for probes and people: they GET.
function answerReady(method: string | undefined, { dispatcher, readiness }: Probed): HttpAnswer {
  const stopping = dispatcher.isStopping ? ['daemon: it is stopping'] : []
  const problems = [...stopping, ...(method === 'POST' ? [] : readiness.problems)]
  return problems.length === 0 ? { status: 200, body: '' } : textAnswer(500, problems.join('\n'))
}
