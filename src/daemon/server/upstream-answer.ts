// SPDX-License-Identifier: Apache-2.0

import { formatGoJson, parseJson } from '../../base/index.ts'
import { cniErrorCode, goQuote, parsePluginResult, resultToVersion, specVersion } from '../../cni/index.ts'
import type { CniError } from '../../cni/index.ts'
import type { Outcome } from '../requests/cni-call.ts'
import type { UpstreamRequest } from './upstream-request.ts'

/** An HTTP answer. */
export interface HttpAnswer {
  readonly status: number
  readonly contentType?: string
  readonly body: string
}

/** A plain text answer, as Go's `http.Error` gives it. */
export function textAnswer(status: number, text: string): HttpAnswer {
  return { status, contentType: 'text/plain; charset=utf-8', body: `${text}\n` }
}

/** The answer to a `POST /cni` in upstream's form (spec SRV-9, SRV-10). */
export function answerUpstream(request: UpstreamRequest, outcome: Outcome): HttpAnswer {
  if ('error' in outcome) return answerError(request, outcome.error)
  if (outcome.stdout === '') return { status: 200, body: '' }
  const result = parsePluginResult(parseJson(outcome.stdout), '')
  return {
    status: 200,
    contentType: 'application/json',
    body: formatGoJson({ Result: resultToVersion(result, specVersion) }),
  }
}

/** A code that says more than "internal error" is kept; upstream's shim takes the text out of either form. */
function answerError({ environment, pod }: UpstreamRequest, error: CniError): HttpAnswer {
  const { code, msg, details, message } = error
  if (code !== cniErrorCode.internal) {
    const body = formatGoJson({ code, msg, ...(details ? { details } : {}) })
    return { status: 400, contentType: 'application/json', body }
  }
  const { CNI_COMMAND, CNI_CONTAINERID, CNI_NETNS, CNI_IFNAME, CNI_ARGS } = environment
  const request = Object.entries({
    ContainerID: CNI_CONTAINERID,
    Netns: CNI_NETNS,
    IfName: CNI_IFNAME,
    Args: CNI_ARGS,
    Path: '',
  }).map(([key, value]) => `${key}:${goQuote(value ?? '')}`)
  const text = CNI_COMMAND === 'ADD' ? `error configuring pod [${pod}] networking: ${message}` : message
  return textAnswer(400, `${request.join(' ')} ERRORED: ${text}`)
}
