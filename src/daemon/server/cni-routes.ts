// SPDX-License-Identifier: Apache-2.0

import type { IncomingMessage } from 'node:http'
import { describeError } from '../../base/index.ts'
import { CniError, cniErrorCode, isCniCommand } from '../../cni/index.ts'
import type { AttachmentAttributes } from '../requests/cni-call.ts'
import type { Dispatcher } from '../requests/dispatcher.ts'
import type { ByteBudget } from './byte-budget.ts'
import { readInterfaceAttributes } from './interface-attributes.ts'
import { readBody } from './read-body.ts'
import type { Body } from './read-body.ts'
import { answerUpstream, textAnswer } from './upstream-answer.ts'
import type { HttpAnswer } from './upstream-answer.ts'
import { parseUpstreamRequest } from './upstream-request.ts'
import type { UpstreamRequest } from './upstream-request.ts'

/** What the routes work with. */
export interface CniRouteOptions {
  readonly dispatcher: Pick<Dispatcher, 'answer'>
  readonly budget: ByteBudget
}

interface Parsed extends UpstreamRequest {
  /** For a pod that runs already. */
  readonly delegate?: AttachmentAttributes
}

/** Answers `POST /cni`: a call of upstream's shim (spec SRV-1 to SRV-10). */
export function answerCni(request: IncomingMessage, gone: AbortSignal, options: CniRouteOptions) {
  const rules = { withoutPod: new Set(['STATUS', 'GC']) }
  return answerBody(request, gone, { ...options, parse: (body) => parseUpstreamRequest(body, rules) })
}

/** Answers `POST /delegate`: one network for a pod that runs already, as the dynamic networks controller asks (§6.5). */
export function answerDelegate(request: IncomingMessage, gone: AbortSignal, options: CniRouteOptions) {
  const rules = { withoutPod: new Set<string>() }
  return answerBody(request, gone, {
    ...options,
    parse: (body) => {
      const parsed = parseUpstreamRequest(body, rules)
      const delegate = readInterfaceAttributes(parsed.root.interfaceAttributes) ?? {}
      return { ...parsed, delegate }
    },
  })
}

interface AnswerOptions extends CniRouteOptions {
  readonly parse: (body: Buffer) => Parsed
}

async function answerBody(
  request: IncomingMessage,
  gone: AbortSignal,
  { dispatcher, budget, parse }: AnswerOptions,
): Promise<HttpAnswer> {
  using share = budget.open()
  const body = await readBody(request, share)
  if (!Buffer.isBuffer(body)) return refuseBody(body)
  let parsed
  try {
    parsed = parse(body)
  } catch (error) {
    return textAnswer(400, describeError(error))
  }
  const { environment, stdin, delegate } = parsed
  const { CNI_COMMAND: command = '' } = environment
  if (!isCniCommand(command)) {
    return answerUpstream(parsed, {
      error: new CniError(cniErrorCode.internal, `unknown cmd type: ${command}`),
    })
  }
  // Upstream's shim says that a DEL succeeded whatever it is told (SHM-9), so the runtime does not come back.
  const asksOnce = command === 'DEL' && delegate === undefined
  const program = 'multus-shim'
  const call = { program, environment, stdin, gone, asksOnce, ...(delegate && { delegate }) }
  return answerUpstream(parsed, await dispatcher.answer(call))
}

function refuseBody(why: Exclude<Body, Buffer>): HttpAnswer {
  if (why === 'too large') return textAnswer(413, 'http: request body too large')
  return textAnswer(503, 'Cannot take the request: too many large ones are under way; try again later')
}
