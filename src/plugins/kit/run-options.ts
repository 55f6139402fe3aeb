// SPDX-License-Identifier: Apache-2.0

import type { KeyedMutex, Log } from '../../base/index.ts'
import type { InvokePlugin } from '../../cni/index.ts'
import type { BeforeKernelCall, Namespace } from '../../linux/index.ts'

/** How long a call may take when its caller set no signal. */
export const callTimeoutMs = 120_000

/** What one finished call was, for metrics. */
export interface CallSample {
  readonly plugin: string
  readonly command: string
  readonly durationMs: number
  readonly failed: boolean
}

/** What a plugin gets from the program that runs it. */
export interface RunPluginOptions {
  /** Runs the plugin that `ipam.type` names. */
  readonly invoke: InvokePlugin
  readonly log: Log
  /** The namespace that plugins run in, kept open by the caller; that of the thread when absent. */
  readonly host?: () => Namespace
  /** Is told of each call to the kernel and of each change to a file; may throw (tests inject failures). */
  readonly beforeKernelCall?: BeforeKernelCall
  /** Places of state by plugin name, where a configuration names none. */
  readonly dataDirs?: Readonly<Record<string, string>>
  /** Keeps calls for the same attachment apart; callers that may overlap share one. */
  readonly locks?: KeyedMutex
  /** The group of links made in containers; see {@link AddCall.linkGroup}. */
  readonly linkGroup?: number
  /** Is told of each call once it ended. */
  readonly observe?: ((sample: CallSample) => void) | undefined
}
