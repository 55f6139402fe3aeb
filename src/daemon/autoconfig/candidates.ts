// SPDX-License-Identifier: Apache-2.0

import { basename } from 'node:path'
import { getCaseInsensitive } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { listConfigFiles } from '../../cni/index.ts'
import { readConfPlugins } from './read-conf-plugins.ts'

/** What a directory of CNI configurations offers as the default network. */
export interface Candidates {
  /** Names of files, in the order in which the runtime would take them. */
  readonly names: readonly string[]
  /** Files that are never chosen unasked, with the reason. */
  readonly ignored: readonly { readonly name: string; readonly why: string }[]
}

// Files that other programs put down for containers of their own, not for a cluster's pods.
const bystanders: readonly (readonly [RegExp, string])[] = [
  [/^\d+-podman(?:-bridge)?\.conf(?:list)?$|^cni-podman/, "it is podman's"],
  [/^\d+-crio(?:-[a-z0-9]+)*-?bridge\.conf(?:list)?$/, "it is CRI-O's own bridge"],
  [/^\d+-(?:crio-)?loopback\.conf(?:list)?$/, 'it is the loopback interface'],
  [/^nerdctl-|^\d+-(?:buildah|docker)/, "it is a container tool's own bridge"],
]

/**
 * The configurations among which the default network is chosen: upstream's rule (`.conf` and `.conflist`, by the
 * bytes of their names, not ours), without files that are put there for something else. A file that cannot be
 * parsed stays a candidate: it may be half written.
 */
export function findCandidates(directory: string): Candidates {
  const names: string[] = []
  const ignored: { name: string; why: string }[] = []
  for (const path of listConfigFiles(directory, ['.conf', '.conflist'])) {
    const name = basename(path)
    if (name.startsWith('00-multus') || name.startsWith('.')) continue
    const why = bystanders.find(([pattern]) => pattern.test(name))?.[1] ?? whyIgnored(path)
    if (why === undefined) names.push(name)
    else ignored.push({ name, why })
  }
  return { names, ignored }
}

function whyIgnored(path: string): string | undefined {
  const plugins = readConfPlugins(path)
  const types = plugins.map((plugin) => getCaseInsensitive(plugin, 'type'))
  if (types.includes('multus') || types.includes('multus-shim')) return 'it is Multus itself'
  if (types.length > 0 && types.every((type) => type === 'loopback')) return 'it is the loopback interface'
  const bridges = plugins.map((plugin) => getCaseInsensitive(plugin, 'bridge'))
  const isPodman = bridges.some((bridge) => typeof bridge === 'string' && bridge.startsWith('cni-podman'))
  if (isPodman) return "it is podman's"
  return isContainerdSample(path, plugins) ? "it is containerd's sample" : undefined
}

// With `conf_template` containerd writes the cluster's own network under the same name, as on GKE and AKS with kubenet;
// the sample of its installation script always has this range.
function isContainerdSample(path: string, plugins: readonly JsonObject[]): boolean {
  const hasName = /^\d+-containerd-net\.conf(?:list)?$/.test(basename(path))
  return hasName && JSON.stringify(plugins).includes('"10.88.0.0/16"')
}
