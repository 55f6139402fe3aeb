// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../base/index.ts'
import type { InvokePlugin, PluginInvocation } from '../exec/invocation.ts'

/** What a fake plugin answers: an object, or whatever it throws. */
export type FakeAnswer = (invocation: PluginInvocation) => JsonObject | undefined

/** Plugins without programs; `calls` are what they were asked, in order. */
export interface FakePlugins {
  readonly invoke: InvokePlugin
  readonly calls: PluginInvocation[]
  /** The calls in short, such as `ADD bridge`. */
  readonly story: () => string[]
}

/** Fake plugins by type. One without an answer of its own gives an empty result. */
export function fakePlugins(answers: Readonly<Record<string, FakeAnswer>> = {}): FakePlugins {
  const calls: PluginInvocation[] = []
  return {
    calls,
    invoke: async (invocation) => {
      calls.push(invocation)
      return answers[invocation.type]?.(invocation)
    },
    story: () => calls.map(({ command, type }) => `${command} ${type}`),
  }
}
