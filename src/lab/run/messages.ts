// SPDX-License-Identifier: Apache-2.0

import * as v from 'valibot'
import { parseJson } from '../../base/index.ts'
import { parseDocument } from '../scenario/parse-yaml.ts'

// Two processes of one program talk here: the front one, which has the terminal, and process 1 of the lab. The front
// one writes one request; the other one answers with messages, a JSON object per line each.

const insideRequest = v.object({
  source: v.object({ name: v.string(), files: v.record(v.string(), v.string()) }),
  nodes: v.optional(v.number()),
  /** `run` goes through all stages; `up` applies the first one's manifests. The lab stays when `keep`. */
  mode: v.picklist(['run', 'up']),
  keep: v.boolean(),
  /** Send the lines that the processes of the lab print. */
  verbose: v.boolean(),
  columns: v.number(),
  colour: v.boolean(),
  /** The command line of this program, to which a command is added. */
  cli: v.array(v.string()),
  shim: v.string(),
  busybox: v.string(),
  /** Directories that the lab goes on seeing. */
  kept: v.array(v.string()),
  /** A listening socket of the machine's own loopback is handed over at this descriptor. */
  outsideFd: v.optional(v.number()),
})

/** What the front process asks for. */
export type InsideRequest = v.InferOutput<typeof insideRequest>

const insideMessage = v.variant('type', [
  v.object({ type: v.literal('step'), text: v.string() }),
  v.object({ type: v.literal('line'), source: v.string(), text: v.string() }),
  v.object({ type: v.literal('up'), kubeconfig: v.string(), nodes: v.array(v.string()) }),
  v.object({
    type: v.literal('result'),
    ok: v.boolean(),
    report: v.string(),
    svg: v.string(),
    json: v.string(),
  }),
  v.object({ type: v.literal('failed'), message: v.string() }),
])

/** What process 1 of the lab says. */
export type InsideMessage = v.InferOutput<typeof insideMessage>

/** A request from its line. @throws PlaitError when it is none */
export function parseRequest(line: string): InsideRequest {
  return parseDocument(insideRequest, parseJson(line), 'the request to the lab')
}

/** A message from its line. @throws PlaitError when it is none */
export function parseMessage(line: string): InsideMessage {
  return parseDocument(insideMessage, parseJson(line), 'the answer of the lab')
}
