// SPDX-License-Identifier: Apache-2.0

import * as v from 'valibot'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseJson } from '../../base/index.ts'
import { labDirectory } from '../ground/isolate.ts'

const factsPath = join(labDirectory, 'lab.json')

/** A kubeconfig that works in the lab's own namespaces. */
export const insideKubeconfigPath: string = join(labDirectory, 'kubeconfig')

const labFacts = v.object({
  scenario: v.object({ name: v.string(), files: v.record(v.string(), v.string()) }),
  nodeCount: v.number(),
  nodes: v.array(v.object({ name: v.string(), netns: v.string(), root: v.string() })),
})

/** What another process that enters the lab has to know. */
export type LabFacts = v.InferOutput<typeof labFacts>

/** Leaves word for processes that enter the lab. */
export function writeLabFacts(facts: LabFacts, kubeconfig: string): void {
  mkdirSync(dirname(factsPath), { recursive: true })
  writeFileSync(factsPath, JSON.stringify(facts), { mode: 0o600 })
  writeFileSync(insideKubeconfigPath, kubeconfig, { mode: 0o600 })
}

/** Reads it, inside the lab. */
export function readLabFacts(): LabFacts {
  return v.parse(labFacts, parseJson(readFileSync(factsPath, 'utf8')))
}
