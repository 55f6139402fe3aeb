// SPDX-License-Identifier: Apache-2.0

import * as v from 'valibot'
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseJson, systemErrorCode, writeFileAtomic } from '../../base/index.ts'

/** Where a node's runtime tells which sandboxes it has; a path of the node. */
const sandboxDirectory = '/run/plait-lab/sandboxes'

const sandboxRecord = v.object({
  namespace: v.string(),
  name: v.string(),
  uid: v.string(),
  /** The process that holds the pod's namespaces. */
  pid: v.number(),
  /** The root directory of the pod's containers, in the pod's mount namespace. */
  root: v.string(),
})

/** What the lab outside a node knows of a running sandbox. */
export type SandboxRecord = v.InferOutput<typeof sandboxRecord>

/** Tells of a sandbox. */
export async function writeSandboxRecord(record: SandboxRecord): Promise<void> {
  mkdirSync(sandboxDirectory, { recursive: true })
  await writeFileAtomic(join(sandboxDirectory, `${record.uid}.json`), JSON.stringify(record), { mode: 0o600 })
}

/** Forgets a sandbox. */
export function removeSandboxRecord(uid: string): void {
  rmSync(join(sandboxDirectory, `${uid}.json`), { force: true })
}

/** The sandboxes of a node whose file system is found at `root`. */
export function readSandboxRecords(root: string): SandboxRecord[] {
  const directory = join(root, sandboxDirectory)
  return listFiles(directory).flatMap((name) => {
    try {
      return [v.parse(sandboxRecord, parseJson(readFileSync(join(directory, name), 'utf8')))]
    } catch (error) {
      // It was removed between the listing and the reading.
      if (systemErrorCode(error) === 'ENOENT') return []
      throw error
    }
  })
}

function listFiles(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) => name.endsWith('.json'))
  } catch {
    return [] // No pod was ever on the node.
  }
}
