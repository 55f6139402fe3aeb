// SPDX-License-Identifier: Apache-2.0

import type { CniError } from '../../cni/index.ts'

/** One CNI call that a caller of the socket waits for. */
export interface CniCall {
  /** The name that the caller was started under: `multus-shim`, or a bundled plugin. */
  readonly program: string
  /** The CNI_* variables, not checked yet. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The network configuration, not checked yet. */
  readonly stdin: Buffer
  /** Aborted when nobody waits for the answer any more. */
  readonly gone: AbortSignal
}

/** How a call ended: what goes to standard output, or the error that the runtime is to see. */
export type Outcome = { readonly stdout: string } | { readonly error: CniError }

/** Does what a call asks for; it may take its time, but not longer than until the signal is aborted. */
export type HandleCall = (call: CniCall, options: { readonly signal: AbortSignal }) => Promise<string>

const multusPrograms = new Set(['multus', 'multus-shim', 'plait', 'plait-shim'])

/** Whether a program name means Multus itself rather than a bundled plugin. */
export function isMultusProgram(program: string): boolean {
  return multusPrograms.has(program)
}
