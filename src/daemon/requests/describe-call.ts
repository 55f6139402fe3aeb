// SPDX-License-Identifier: Apache-2.0

import { isMultusProgram } from './cni-call.ts'
import type { CniCall } from './cni-call.ts'

const longest = 256

/** What log lines say about a call: names only, each of bounded length, and never the bytes of its configuration. */
export function describeCall({ program, environment }: CniCall): Record<string, string> {
  const { CNI_COMMAND, CNI_CONTAINERID, CNI_IFNAME, CNI_NETNS, CNI_ARGS } = environment
  const fields = {
    program: isMultusProgram(program) ? undefined : program,
    command: CNI_COMMAND,
    container: CNI_CONTAINERID,
    netns: CNI_NETNS,
    ifName: CNI_IFNAME,
    pod: podOf(CNI_ARGS ?? ''),
  }
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) => (value ? [[key, value.slice(0, longest)]] : [])),
  )
}

function podOf(args: string): string | undefined {
  const pairs = new Map(
    args
      .slice(0, 4096)
      .split(';')
      .map((pair): [string, string] => {
        const split = pair.indexOf('=')
        return [pair.slice(0, split), pair.slice(split + 1)]
      }),
  )
  const name = pairs.get('K8S_POD_NAME')
  return name ? `${pairs.get('K8S_POD_NAMESPACE') ?? ''}/${name}` : undefined
}
