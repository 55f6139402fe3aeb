// SPDX-License-Identifier: Apache-2.0

import * as v from 'valibot'
import { readCheck } from '../checks/all-checks.ts'
import type { Check } from '../checks/define-check.ts'
import { podPattern } from '../checks/select-pods.ts'
import { nodeAction } from './node-action.ts'
import type { NodeAction } from './node-action.ts'
import { parseDocument, parseYaml } from './parse-yaml.ts'

const count = v.pipe(v.number(), v.integer(), v.minValue(0))

const stagesFile = v.strictObject({
  stages: v.pipe(
    v.array(
      v.strictObject({
        name: v.string(),
        apply: v.optional(v.array(v.string()), []),
        delete: v.optional(v.array(podPattern), []),
        onNodes: v.optional(v.array(nodeAction), []),
        scale: v.optional(v.record(v.string(), count), {}),
        running: v.optional(v.record(podPattern, count), {}),
        failing: v.optional(v.array(podPattern), []),
        withinSeconds: v.optional(v.pipe(v.number(), v.minValue(1)), 30),
        checks: v.optional(v.array(v.unknown()), []),
      }),
    ),
    v.minLength(1, 'give at least one stage'),
  ),
})

/** One step of a scenario: something is done, a state is waited for, and then the expectations are held against it. */
export interface Stage {
  readonly name: string
  /** Manifest files to apply, names within the scenario's `manifests` folder. */
  readonly apply: readonly string[]
  /** Patterns of the pods to delete. */
  readonly delete: readonly string[]
  /** What is done to nodes, in this order, before anything else. */
  readonly onNodes: readonly NodeAction[]
  /** Deployments in namespace `default` and their number of replicas. */
  readonly scale: Readonly<Record<string, number>>
  /** How many pods of each pattern must run (and no other pod of that pattern be there). */
  readonly running: Readonly<Record<string, number>>
  /** Patterns of pods that must have failed to get their sandbox. */
  readonly failing: readonly string[]
  readonly withinSeconds: number
  readonly checks: readonly Check[]
}

/**
 * The stages of an `expect.yaml`.
 *
 * @throws PlaitError that names the place in the file.
 */
export function parseStages(text: string, file: string): Stage[] {
  const { stages } = parseDocument(stagesFile, parseYaml(text, file)[0], file)
  return stages.map(({ checks, ...stage }, index) =>
    withChecks(
      stage,
      checks.map((check, at) => readCheck(check, `${file} at stages.${index}.checks.${at}`)),
    ),
  )
}

function withChecks(stage: Omit<Stage, 'checks'>, checks: readonly Check[]): Stage {
  return { ...stage, checks }
}
