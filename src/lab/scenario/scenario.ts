// SPDX-License-Identifier: Apache-2.0

import { isJsonObject, PlaitError } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { parseManifests } from './manifests.ts'
import { parseTopology } from './parse-topology.ts'
import { parseStages, type Stage } from './stages.ts'
import type { Topology } from './topology.ts'

/** A scenario as text: what can be handed to another process. Paths are within the scenario's folder. */
export interface ScenarioSource {
  readonly name: string
  readonly files: Readonly<Record<string, string>>
}

/** A scenario that is ready to run. */
export interface Scenario {
  readonly name: string
  readonly topology: Topology
  /** Objects by the name of their file in `manifests`. */
  readonly manifests: Readonly<Record<string, readonly JsonObject[]>>
  readonly stages: readonly Stage[]
}

/**
 * The scenario that a folder's files describe. Without `expect.yaml` all manifests are applied, and their
 * pods are expected to run.
 *
 * @throws PlaitError that names the file and the place.
 */
export function parseScenario(
  { name, files }: ScenarioSource,
  options: { readonly nodes?: number | undefined } = {},
): Scenario {
  const topology = files['topology.yaml']
  if (topology === undefined) {
    throw new PlaitError('lab/scenario-invalid', `Cannot read scenario ${name}: it has no topology.yaml`)
  }
  const manifests = Object.fromEntries(
    Object.entries(files)
      .filter(([path]) => path.startsWith('manifests/'))
      .map(([path, text]) => [path.slice('manifests/'.length), parseManifests(text, `${name}/${path}`)]),
  )
  const expectations = files['expect.yaml']
  const stages =
    expectations === undefined ? [applyAll(manifests)] : parseStages(expectations, `${name}/expect.yaml`)
  checkApplied(name, stages, manifests)
  return { name, topology: parseTopology(topology, `${name}/topology.yaml`, options), manifests, stages }
}

function applyAll(manifests: Scenario['manifests']): Stage {
  return {
    name: 'all manifests',
    apply: Object.keys(manifests).toSorted(),
    delete: [],
    onNodes: [],
    scale: {},
    running: countPods(Object.values(manifests).flat()),
    failing: [],
    withinSeconds: 30,
    checks: [],
  }
}

/** How many pods the objects come to, by namespace. */
function countPods(objects: readonly JsonObject[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const object of objects) {
    const count = podsOf(object)
    if (count === 0) continue
    const namespace = isJsonObject(object.metadata) ? object.metadata.namespace : undefined
    const pattern = typeof namespace === 'string' ? `${namespace}/*` : '*'
    counts[pattern] = (counts[pattern] ?? 0) + count
  }
  return counts
}

function podsOf({ kind, spec }: JsonObject): number {
  if (kind === 'Pod') return 1
  if (kind !== 'Deployment' && kind !== 'ReplicaSet') return 0
  const replicas = isJsonObject(spec) ? spec.replicas : undefined
  return typeof replicas === 'number' ? replicas : 1
}

function checkApplied(name: string, stages: readonly Stage[], manifests: Scenario['manifests']): void {
  for (const file of stages.flatMap((stage) => stage.apply)) {
    if (Object.hasOwn(manifests, file)) continue
    const there = Object.keys(manifests).join(', ') || 'none'
    throw new PlaitError(
      'lab/scenario-invalid',
      `Cannot read ${name}/expect.yaml: manifests/${file} does not exist (there is ${there})`,
    )
  }
}
