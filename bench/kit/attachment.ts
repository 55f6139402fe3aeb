// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../src/base/index.ts'
import type { CniCommand } from '../../src/cni/index.ts'

/** One interface of one container, as a runtime names it. */
export interface Attachment {
  readonly containerId: string
  readonly netns: string
  readonly ifName: string
}

/** One call of one program. */
export interface PluginCall {
  /** The name of the program, which for an ipam plugin is not the `type` of the configuration. */
  readonly program: string
  readonly command: CniCommand
  readonly attachment: Attachment
  readonly config: JsonObject
}

/** The environment that a runtime gives a plugin. */
export function cniEnvironment(
  command: CniCommand,
  { containerId, netns, ifName }: Attachment,
  { path, args = '' }: { readonly path: string; readonly args?: string },
): Record<string, string> {
  return {
    PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
    CNI_COMMAND: command,
    CNI_CONTAINERID: containerId,
    CNI_NETNS: netns,
    CNI_IFNAME: ifName,
    CNI_PATH: path,
    ...(args !== '' && { CNI_ARGS: args }),
  }
}
