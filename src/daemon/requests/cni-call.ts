// SPDX-License-Identifier: Apache-2.0

import type { CniError, PluginHost } from '../../cni/index.ts'
import type { Log } from '../../base/index.ts'
import type { DelegateRequest } from '../../multus/index.ts'
import type { TraceContext } from './trace-context.ts'

/** What is asked of an attachment besides its network. */
export type AttachmentAttributes = NonNullable<DelegateRequest['attributes']>

/** One CNI call that a caller of the socket waits for. */
export interface CniCall {
  /** The name that the caller was started under: `multus-shim`, or a bundled plugin. */
  readonly program: string
  /** The CNI_* variables, not checked yet. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The network configuration, not checked yet. */
  readonly stdin: Buffer
  /** Given when the configuration is one network for a pod that runs already, rather than that of Multus. */
  readonly delegate?: AttachmentAttributes
  /** Aborted when nobody waits for the answer any more. */
  readonly gone: AbortSignal
  /** The caller does not come back, whatever it is told: the call is taken even while the daemon stops. */
  readonly asksOnce?: boolean
  /** Where its plugins that are programs are run first. */
  readonly host?: PluginHost
  /** The file that a shim has kept it in, for a call that nobody waits for. */
  readonly spooled?: { readonly name: string; readonly writtenMs: number }
}

/** How a call ended: what goes to standard output, or the error that the runtime is to see. */
export type Outcome = { readonly stdout: string } | { readonly error: CniError }

/** What a call is handled with. */
export interface CallContext {
  readonly signal: AbortSignal
  /** Every line carries the number of the call. */
  readonly log?: Log
  /** The span of the call: parent of what is done for it. */
  readonly trace?: TraceContext
}

/** Does what a call asks for; it may take its time, but not longer than until the signal is aborted. */
export type HandleCall = (call: CniCall, context: CallContext) => Promise<string>

const multusPrograms = new Set(['multus', 'multus-shim', 'plait', 'plait-shim'])

/** Whether a program name means Multus itself rather than a bundled plugin. */
export function isMultusProgram(program: string): boolean {
  return multusPrograms.has(program)
}
