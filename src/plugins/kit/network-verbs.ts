// SPDX-License-Identifier: Apache-2.0

import { getCaseInsensitive, isJsonObject } from '../../base/index.ts'
import type { JsonObject, JsonValue } from '../../base/index.ts'
import { cniErrorCode, CniError } from '../../cni/index.ts'
import type { CallScope } from './call-scope.ts'
import type { Plugin } from './define-plugin.ts'
import { createIpamDelegate } from './ipam-delegate.ts'
import type { Attachment } from './plugin-call.ts'
import { releaseAll } from './release-all.ts'

/** GC: the plugin's own, then that of the network's IPAM, although the first failed. */
export async function collectGarbage(plugin: Plugin, scope: CallScope): Promise<void> {
  const valid = readValidAttachments(scope.invocation.config)
  await releaseAll(
    () => plugin.gc(scope, valid),
    () => delegate(plugin, scope)?.gc(),
  )
}

/** STATUS: the plugin's own, then that of the network's IPAM. */
export async function reportStatus(plugin: Plugin, scope: CallScope): Promise<void> {
  await plugin.status(scope)
  await delegate(plugin, scope)?.status()
}

/** An ipam plugin is the delegate, and a chained plugin's network is asked by the plugin that made the interface. */
function delegate(plugin: Plugin, scope: CallScope) {
  return plugin.kind === 'main' ? createIpamDelegate(scope) : undefined
}

/**
 * The attachments that are to stay.
 *
 * @throws CniError code 7 when the key is missing or malformed: guessing would free addresses in use.
 */
function readValidAttachments(config: JsonObject): Attachment[] {
  const key = 'cni.dev/valid-attachments'
  // The older spelling is still sent beside it, and by older runtimes alone.
  const list = Object.hasOwn(config, key) ? config[key] : config['cni.dev/attachments']
  if (list === null) return []
  if (!Array.isArray(list)) {
    throw invalid(
      list === undefined
        ? 'is missing; give the list of attachments that stay, [] to release all'
        : 'must be a list',
    )
  }
  return list.map((item: JsonValue, index) => {
    const containerId = isJsonObject(item) ? getCaseInsensitive(item, 'containerID') : undefined
    const ifName = isJsonObject(item) ? getCaseInsensitive(item, 'ifname') : undefined
    if (typeof containerId !== 'string' || typeof ifName !== 'string') {
      throw invalid(`[${index}] must be an object with "containerID" and "ifname"`)
    }
    return { containerId, ifName }
  })
}

function invalid(problem: string): CniError {
  const text = `Cannot collect garbage: cni.dev/valid-attachments ${problem}`
  return new CniError(cniErrorCode.invalidConfig, text, { id: 'config/invalid' })
}
