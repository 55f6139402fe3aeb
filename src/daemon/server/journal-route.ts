// SPDX-License-Identifier: Apache-2.0

import type { IncomingMessage } from 'node:http'
import type { JournalEntry } from '../../multus/index.ts'
import { textAnswer } from './upstream-answer.ts'
import type { HttpAnswer } from './upstream-answer.ts'

/** The last attempts of a pod, oldest first. */
export interface AttemptSource {
  of(namespace: string, name: string): readonly JournalEntry[]
}

/** Answers `GET /journal?pod=<namespace>/<name>`: what was done for a pod lately, as JSON; an empty list when nothing is. */
export function answerJournal({ url }: IncomingMessage, journal: AttemptSource | undefined): HttpAnswer {
  const pod = URL.parse(url ?? '/', 'http://dummy')?.searchParams.get('pod') ?? ''
  const [, namespace, name] = /^([^/]+)\/([^/]+)$/.exec(pod) ?? []
  if (namespace === undefined || name === undefined) {
    return textAnswer(400, 'Cannot look into the journal: ask with ?pod=<namespace>/<name>')
  }
  const body = JSON.stringify(journal?.of(namespace, name) ?? [])
  return { status: 200, contentType: 'application/json', body }
}
