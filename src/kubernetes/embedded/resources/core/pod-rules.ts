// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../../base/index.ts'
import { numberField, objectField, objectsField, stringField } from '../../../resources/fields.ts'
import {
  duplicate,
  forbiddenField,
  invalid,
  notFoundValue,
  notSupported,
  required,
} from '../../status/field-error.ts'
import type { FieldError } from '../../status/field-error.ts'
import { dnsLabel } from '../names.ts'
import { isDeepStrictEqual } from 'node:util'
import { withValueOf } from '../../json/edit.ts'

/** What is wrong with the spec of a pod, or of a pod template at another path. */
export function podSpecProblems(spec: JsonObject, path: string): readonly FieldError[] {
  const containers = objectsField(spec, 'containers')
  const volumes = objectsField(spec, 'volumes')
  const volumeNames = new Set(volumes.map((volume) => stringField(volume, 'name') ?? ''))
  const all: readonly (readonly [string, readonly JsonObject[]])[] = [
    ['containers', containers],
    ['initContainers', objectsField(spec, 'initContainers')],
  ]
  return [
    ...namedProblems(volumes, `${path}.volumes`),
    ...(containers.length === 0 ? [required(`${path}.containers`)] : []),
    ...all.flatMap(([key, list]) => [
      ...namedProblems(list, `${path}.${key}`),
      ...list.flatMap((one, index) => containerProblems(one, `${path}.${key}[${index}]`, volumeNames)),
    ]),
    ...choice(spec, 'restartPolicy', path, ['Always', 'OnFailure', 'Never']),
    ...choice(spec, 'dnsPolicy', path, ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']),
    ...graceProblems(spec, path),
  ]
}

function namedProblems(items: readonly JsonObject[], path: string): readonly FieldError[] {
  const seen = new Set<string>()
  return items.flatMap((item, index) => {
    const name = stringField(item, 'name') ?? ''
    const field = `${path}[${index}].name`
    if (name === '') return [required(field)]
    if (seen.has(name)) return [duplicate(field, name)]
    seen.add(name)
    return dnsLabel(name).map((problem) => invalid(field, name, problem))
  })
}

function containerProblems(container: JsonObject, path: string, volumes: ReadonlySet<string>): FieldError[] {
  return [
    ...((stringField(container, 'image') ?? '') === '' ? [required(`${path}.image`)] : []),
    ...choice(container, 'imagePullPolicy', path, ['Always', 'IfNotPresent', 'Never']),
    ...objectsField(container, 'ports').flatMap((port, index) =>
      portProblems(port, `${path}.ports[${index}]`),
    ),
    ...objectsField(container, 'env').flatMap((variable, index) =>
      (stringField(variable, 'name') ?? '') === '' ? [required(`${path}.env[${index}].name`)] : [],
    ),
    ...objectsField(container, 'volumeMounts').flatMap((mount, index) => {
      const name = stringField(mount, 'name') ?? ''
      const field = `${path}.volumeMounts[${index}]`
      return [
        ...(volumes.has(name) ? [] : [notFoundValue(`${field}.name`, name)]),
        ...((stringField(mount, 'mountPath') ?? '') === '' ? [required(`${field}.mountPath`)] : []),
      ]
    }),
  ]
}

function portProblems(port: JsonObject, path: string): readonly FieldError[] {
  const number = numberField(port, 'containerPort') ?? 0
  return [
    ...(number === 0
      ? [required(`${path}.containerPort`)]
      : portNumberProblems(number, `${path}.containerPort`)),
    ...choice(port, 'protocol', path, ['SCTP', 'TCP', 'UDP']),
  ]
}

/** What is wrong with a port number. */
export function portNumberProblems(port: number, field: string): readonly FieldError[] {
  return port >= 1 && port <= 65_535 ? [] : [invalid(field, port, 'must be between 1 and 65535, inclusive')]
}

function choice(object: JsonObject, key: string, path: string, supported: readonly string[]): FieldError[] {
  const value = object[key]
  if (value === undefined || (typeof value === 'string' && supported.includes(value))) return []
  return [notSupported(`${path}.${key}`, value, supported)]
}

function graceProblems(spec: JsonObject, path: string): readonly FieldError[] {
  const seconds = numberField(spec, 'terminationGracePeriodSeconds') ?? 0
  return seconds < 0
    ? [invalid(`${path}.terminationGracePeriodSeconds`, seconds, 'must be greater than or equal to 0')]
    : []
}

/** What may not be changed in a pod once it exists. */
export function podChangeProblems(object: JsonObject, old: JsonObject): readonly FieldError[] {
  const before = objectField(old, 'spec')
  // Everything that may change is made as it was; what then differs may not.
  const movable = ['activeDeadlineSeconds', 'terminationGracePeriodSeconds', 'tolerations', 'schedulingGates']
  let spec = movable.reduce((result, key) => withValueOf(result, [key], before), objectField(object, 'spec'))
  for (const key of ['containers', 'initContainers']) spec = withImagesOf(spec, before, key)
  if (isDeepStrictEqual(spec, before)) return []
  return [
    forbiddenField(
      'spec',
      'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
    ),
  ]
}

function withImagesOf(spec: JsonObject, before: JsonObject, key: string): JsonObject {
  const olds = objectsField(before, key)
  const news = objectsField(spec, key)
  if (olds.length !== news.length || news.length === 0) return spec
  return {
    ...spec,
    [key]: news.map((container, index) => withValueOf(container, ['image'], olds[index] ?? {})),
  }
}
