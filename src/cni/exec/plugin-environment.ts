// SPDX-License-Identifier: Apache-2.0

import type { PluginInvocation } from './invocation.ts'

/** What the environment of a VERSION call has instead of values, as the Go library has. */
const dummy = 'dummy'

/**
 * The environment of a plugin's program: that of the caller with all six CNI_ variables set, possibly to
 * nothing. Tracing variables (TRACEPARENT and so on) pass through.
 */
export function pluginEnvironment(invocation: PluginInvocation): Record<string, string | undefined> {
  const probe = invocation.command === 'VERSION'
  return {
    ...(invocation.env ?? process.env),
    CNI_COMMAND: invocation.command,
    CNI_CONTAINERID: invocation.containerId,
    CNI_NETNS: probe ? dummy : invocation.netns,
    CNI_ARGS: invocation.args,
    CNI_IFNAME: probe ? dummy : invocation.ifName,
    CNI_PATH: probe ? dummy : invocation.path.join(':'),
  }
}
