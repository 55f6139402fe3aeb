// SPDX-License-Identifier: Apache-2.0

import { ConfigError, formatGoJson, getCaseInsensitive, parseJson } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import type { CniArg } from '../args.ts'
import { isList, readList, readObject, readRoot, readText } from '../decode.ts'
import type { AttachmentKey } from './path.ts'

/** What libcni remembers of an attachment between ADD and DEL. */
export interface CachedAttachment extends AttachmentKey {
  /** The JSON text of the network at ADD. */
  readonly config: Buffer
  /** Empty when unknown. */
  readonly netns: string
  readonly args: readonly CniArg[]
  readonly capabilityArgs: JsonObject
  /** The result of the last plugin, in the version of the network. */
  readonly result?: JsonObject
  /** What the plugin gave, where `result` was changed since. A member of ours, which libcni skips. */
  readonly pluginResult?: JsonObject
}

const cacheKind = 'cniCacheV1'

/** The content of a result file; members in libcni's order, what is empty left out. */
export function formatCacheEntry(entry: CachedAttachment): string {
  const { containerId, config, ifName, networkName, netns, args, capabilityArgs, result, pluginResult } =
    entry
  const members: [string, string][] = [
    ['kind', formatGoJson(cacheKind)],
    ['containerId', formatGoJson(containerId)],
    ['config', `"${config.toString('base64')}"`],
    ['ifName', formatGoJson(ifName)],
    ['networkName', formatGoJson(networkName)],
  ]
  if (netns !== '') members.push(['netns', formatGoJson(netns)])
  if (args.length > 0) members.push(['cniArgs', formatGoJson(args)])
  if (Object.keys(capabilityArgs).length > 0) {
    members.push(['capabilityArgs', formatGoJson(capabilityArgs, { sortKeys: true })])
  }
  if (result !== undefined) members.push(['result', formatGoJson(result, { sortKeys: true })])
  if (pluginResult !== undefined) {
    members.push(['pluginResult', formatGoJson(pluginResult, { sortKeys: true })])
  }
  return `{${members.map(([key, value]) => `"${key}":${value}`).join(',')}}`
}

/** What a result file holds: an attachment, or only a result, as old versions of libcni wrote it. */
export type CacheEntry =
  | { readonly form: 'attachment'; readonly attachment: CachedAttachment }
  | { readonly form: 'result'; readonly result: JsonObject }

/**
 * The content of a result file.
 *
 * @throws PlaitError when the text is no JSON, ConfigError when a member has another type.
 */
export function parseCacheEntry(text: string | Uint8Array): CacheEntry {
  const entry = readRoot(parseJson(text), 'cache entry')
  if (getCaseInsensitive(entry, 'kind') !== cacheKind) return { form: 'result', result: entry }
  const [result, pluginResult] = ['result', 'pluginResult'].map((key) => readObject(entry, key, ''))
  const attachment = {
    networkName: readText(entry, 'networkName', ''),
    containerId: readText(entry, 'containerId', ''),
    ifName: readText(entry, 'ifName', ''),
    config: Buffer.from(readText(entry, 'config', ''), 'base64'),
    netns: readText(entry, 'netns', ''),
    args: readArgs(entry),
    capabilityArgs: readObject(entry, 'capabilityArgs', '') ?? {},
    ...(result && { result }),
    ...(pluginResult && { pluginResult }),
  }
  return { form: 'attachment', attachment }
}

function readArgs(entry: JsonObject): CniArg[] {
  const pairs = readList(entry, 'cniArgs', '') ?? []
  return pairs.map((pair, index) => {
    const [key, value] = isList(pair) ? pair : []
    if (typeof key === 'string' && typeof value === 'string') return [key, value]
    throw new ConfigError(`cniArgs[${index}]`, 'expected a list of two strings')
  })
}
