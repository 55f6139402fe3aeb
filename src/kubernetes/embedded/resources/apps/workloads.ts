// SPDX-License-Identifier: Apache-2.0

import { isDeepStrictEqual } from 'node:util'
import { isJsonObject } from '../../../../base/index.ts'
import type { JsonObject } from '../../../../base/index.ts'
import { numberField, objectField, stringField, stringMapField } from '../../../resources/fields.ts'
import { valueAt, withDefault, withoutValue, withValue } from '../../json/edit.ts'
import { invalid, notSupported, required } from '../../status/field-error.ts'
import type { FieldError } from '../../status/field-error.ts'
import { matcherOfSelector } from '../../storage/selector-object.ts'
import { withPodSpecDefaults } from '../core/pod-defaults.ts'
import { podSpecProblems } from '../core/pod-rules.ts'
import { labelProblems } from '../metadata-rules.ts'
import { dnsSubdomain } from '../names.ts'
import type { Strategy } from '../strategy.ts'

interface WorkloadRules {
  /** What the spec leaves open. */
  readonly defaults: JsonObject
  /** Counts of a status that nobody has written yet. */
  readonly status: JsonObject
  /** Field of the spec that says how changes are rolled out, and what it may say. */
  readonly rollout?: {
    readonly field: string
    readonly types: readonly string[]
    readonly rollingUpdate: JsonObject
  }
  readonly extraProblems?: (spec: JsonObject, old: JsonObject) => readonly FieldError[]
}

/** Deployments: rolled out step by step. */
export const deploymentStrategy = workloadStrategy({
  defaults: { progressDeadlineSeconds: 600, replicas: 1, revisionHistoryLimit: 10 },
  status: {},
  rollout: {
    field: 'strategy',
    types: ['Recreate', 'RollingUpdate'],
    rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' },
  },
})

/** Replica sets: a number of equal pods. */
export const replicaSetStrategy = workloadStrategy({ defaults: { replicas: 1 }, status: { replicas: 0 } })

/** Daemon sets: a pod per node. */
export const daemonSetStrategy = workloadStrategy({
  defaults: { revisionHistoryLimit: 10 },
  status: { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 },
  rollout: {
    field: 'updateStrategy',
    types: ['RollingUpdate', 'OnDelete'],
    rollingUpdate: { maxSurge: 0, maxUnavailable: 1 },
  },
})

/** Stateful sets: pods with names of their own. */
export const statefulSetStrategy = workloadStrategy({
  defaults: {
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    podManagementPolicy: 'OrderedReady',
    replicas: 1,
    revisionHistoryLimit: 10,
  },
  status: { availableReplicas: 0, replicas: 0 },
  rollout: { field: 'updateStrategy', types: ['RollingUpdate', 'OnDelete'], rollingUpdate: { partition: 0 } },
})

function workloadStrategy(rules: WorkloadRules): Strategy {
  return {
    nameRule: dnsSubdomain,
    separateStatus: true,
    countsGenerations: true,
    unconditionalUpdate: true,
    createOnUpdate: false,
    withDefaults: (object) => withWorkloadDefaults(object, rules),
    prepareCreate: (object) => withStatus(object, rules.status),
    problems: (object) => workloadProblems(objectField(object, 'spec'), rules),
    changeProblems: (object, old) =>
      selectorChangeProblems(objectField(object, 'spec'), objectField(old, 'spec')),
    selectable: (object): Record<string, string> => {
      const replicas = numberField(objectField(object, 'status'), 'replicas')
      return { 'status.replicas': String(replicas ?? 0) }
    },
  }
}

function withStatus(object: JsonObject, status: JsonObject): JsonObject {
  return Object.keys(status).length === 0 ? withoutValue(object, ['status']) : { ...object, status }
}

function withWorkloadDefaults(object: JsonObject, { defaults, rollout }: WorkloadRules): JsonObject {
  const complete = withValue(object, ['spec'], { ...defaults, ...objectField(object, 'spec') })
  const templated = withValue(
    complete,
    ['spec', 'template', 'spec'],
    withPodSpecDefaults(objectField(objectField(objectField(complete, 'spec'), 'template'), 'spec')),
  )
  if (rollout === undefined) return templated
  const typed = withDefault(templated, ['spec', rollout.field, 'type'], 'RollingUpdate')
  const path = ['spec', rollout.field, 'rollingUpdate']
  if (valueAt(typed, ['spec', rollout.field, 'type']) !== 'RollingUpdate') return typed
  const given = valueAt(typed, path)
  return withValue(typed, path, { ...rollout.rollingUpdate, ...(isJsonObject(given) ? given : {}) })
}

function workloadProblems(spec: JsonObject, { rollout }: WorkloadRules): readonly FieldError[] {
  const selector = objectField(spec, 'selector')
  const template = objectField(spec, 'template')
  const labels = stringMapField(objectField(template, 'metadata'), 'labels')
  const replicas = numberField(spec, 'replicas') ?? 0
  const podSpec = objectField(template, 'spec')
  return [
    ...(replicas < 0 ? [invalid('spec.replicas', replicas, 'must be greater than or equal to 0')] : []),
    ...selectorProblems(selector, labels),
    ...labelProblems(labels, 'spec.template.labels'),
    ...podSpecProblems(podSpec, 'spec.template.spec'),
    ...alwaysRestart(podSpec),
    ...(rollout === undefined ? [] : rolloutProblems(spec, rollout)),
  ]
}

function selectorProblems(
  selector: JsonObject,
  labels: Readonly<Record<string, string>>,
): readonly FieldError[] {
  if (Object.keys(selector).length === 0) return [required('spec.selector')]
  if (matcherOfSelector(selector)(labels)) return []
  return [invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`')]
}

function alwaysRestart(podSpec: JsonObject): readonly FieldError[] {
  const policy = stringField(podSpec, 'restartPolicy') ?? 'Always'
  return policy === 'Always' ? [] : [notSupported('spec.template.spec.restartPolicy', policy, ['Always'])]
}

function rolloutProblems(
  spec: JsonObject,
  rollout: NonNullable<WorkloadRules['rollout']>,
): readonly FieldError[] {
  const type = stringField(objectField(spec, rollout.field), 'type') ?? ''
  return rollout.types.includes(type) ? [] : [notSupported(`spec.${rollout.field}.type`, type, rollout.types)]
}

function selectorChangeProblems(spec: JsonObject, old: JsonObject): readonly FieldError[] {
  const selector = objectField(spec, 'selector')
  return isDeepStrictEqual(selector, objectField(old, 'selector'))
    ? []
    : [invalid('spec.selector', selector, 'field is immutable')]
}
