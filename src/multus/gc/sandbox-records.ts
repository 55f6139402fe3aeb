// SPDX-License-Identifier: Apache-2.0

import { statSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { cacheFilePath, formatCniArgs, isNetworkName, listCachedAttachments } from '../../cni/index.ts'
import type { CachedAttachment } from '../../cni/index.ts'
import { listScratchFiles, readSandbox } from '../cache/scratch-file.ts'
import { parseK8sArgs } from '../request/k8s-args.ts'
import type { K8sArgs } from '../request/k8s-args.ts'

/** What is written down on this node about one sandbox. */
export interface SandboxRecord {
  readonly containerId: string
  /** The newest of its files; milliseconds since 1970. */
  readonly writtenMs: number
  /** Paths of its network namespace, one unless files disagree; none when no file says it. */
  readonly netns: readonly string[]
  /** Of the default network; empty when unknown. */
  readonly ifName: string
  /** CNI_ARGS of the ADD. */
  readonly args: string
  /** The pod that they name; undefined when they name none. */
  readonly pod: K8sArgs | undefined
  readonly attachments: readonly CachedAttachment[]
}

const filesPerTurn = 64

/** All sandboxes that files below `cniDir` tell of, upstream's files too. @throws PlaitError `multus/cache-failed` */
export async function listSandboxRecords(cniDir: string): Promise<readonly SandboxRecord[]> {
  const results = Map.groupBy(await listCachedAttachments(cniDir), ({ containerId }) => containerId)
  const files = new Map(listScratchFiles(cniDir).map((file) => [file.containerId, file.writtenMs]))
  const records: SandboxRecord[] = []
  for (const containerId of new Set([...files.keys(), ...results.keys()])) {
    if (!isNetworkName(containerId)) continue
    if (records.length % filesPerTurn === filesPerTurn - 1) await setImmediate()
    const attachments = results.get(containerId) ?? []
    records.push(recordOf({ cniDir, containerId }, attachments, files.get(containerId)))
  }
  return records
}

function recordOf(
  key: { readonly cniDir: string; readonly containerId: string },
  attachments: readonly CachedAttachment[],
  fileMs: number | undefined,
): SandboxRecord {
  const sandbox = fileMs === undefined ? undefined : readSandbox(key)
  const [first] = attachments
  const args = sandbox?.args || formatCniArgs(first?.args ?? [])
  const netns = [sandbox?.netns ?? '', ...attachments.map((one) => one.netns)].filter((path) => path !== '')
  return {
    containerId: key.containerId,
    writtenMs: Math.max(fileMs ?? 0, ...attachments.map((one) => resultMs(key.cniDir, one))),
    netns: [...new Set(netns)],
    ifName: sandbox?.ifName ?? '',
    args,
    pod: podOf(args),
    attachments,
  }
}

// One that a DEL has just removed counts as old.
function resultMs(cniDir: string, attachment: CachedAttachment): number {
  return statSync(cacheFilePath(cniDir, attachment), { throwIfNoEntry: false })?.mtimeMs ?? 0
}

function podOf(args: string): K8sArgs | undefined {
  try {
    const pod = parseK8sArgs(args)
    return pod.name === '' || pod.namespace === '' ? undefined : pod
  } catch {
    // Arguments that no pod can be read from are no evidence of anything.
    return undefined
  }
}
