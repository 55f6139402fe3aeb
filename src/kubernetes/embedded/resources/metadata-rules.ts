// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import {
  objectField,
  objectsField,
  stringField,
  stringMapField,
  stringsField,
} from '../../resources/fields.ts'
import { duplicate, forbiddenField, invalid, required } from '../status/field-error.ts'
import type { FieldError } from '../status/field-error.ts'
import { labelValue, qualifiedKey } from './names.ts'
import type { NameRule } from './names.ts'

const maxAnnotationBytes = 256 * 1024

/** What is wrong with the metadata of an object. */
export function metadataProblems(object: JsonObject, nameRule: NameRule): readonly FieldError[] {
  const metadata = objectField(object, 'metadata')
  return [
    ...nameProblems(metadata, nameRule),
    ...labelProblems(stringMapField(metadata, 'labels'), 'metadata.labels'),
    ...annotationProblems(stringMapField(metadata, 'annotations'), 'metadata.annotations'),
    ...ownerProblems(metadata),
    ...finalizerProblems(metadata),
  ]
}

function nameProblems(metadata: JsonObject, nameRule: NameRule): readonly FieldError[] {
  const name = stringField(metadata, 'name') ?? ''
  if (name === '') return [required('metadata.name', 'name or generateName is required')]
  return nameRule(name).map((problem) => invalid('metadata.name', name, problem))
}

/** What is wrong with labels, here or in a template. */
export function labelProblems(
  labels: Readonly<Record<string, string>>,
  field: string,
): readonly FieldError[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...qualifiedKey(key).map((problem) => invalid(field, key, problem)),
    ...labelValue(value).map((problem) => invalid(field, value, problem)),
  ])
}

function annotationProblems(annotations: Readonly<Record<string, string>>, field: string): FieldError[] {
  const entries = Object.entries(annotations)
  const bytes = entries.reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  )
  return [
    ...entries.flatMap(([key]) =>
      qualifiedKey(key.toLowerCase()).map((problem) => invalid(field, key, problem)),
    ),
    ...(bytes > maxAnnotationBytes
      ? [
          {
            field,
            reason: 'FieldValueTooLong',
            message: `Too long: may not be more than ${maxAnnotationBytes} bytes`,
          },
        ]
      : []),
  ]
}

function ownerProblems(metadata: JsonObject): FieldError[] {
  const owners = objectsField(metadata, 'ownerReferences')
  const missing = owners.flatMap((owner, index) =>
    ['apiVersion', 'kind', 'name', 'uid']
      .filter((key) => (stringField(owner, key) ?? '') === '')
      .map((key) =>
        invalid(
          `metadata.ownerReferences[${index}].${key}`,
          owner[key] ?? '',
          `${ownerKeyNames[key] ?? key} must not be empty`,
        ),
      ),
  )
  const controllers = owners.filter((owner) => owner['controller'] === true)
  return controllers.length < 2
    ? missing
    : [
        ...missing,
        invalid(
          'metadata.ownerReferences',
          owners,
          `Only one reference can have Controller set to true. Found "true" in references for ${controllers
            .slice(0, 2)
            .map((owner) => `${stringField(owner, 'kind') ?? ''}/${stringField(owner, 'name') ?? ''}`)
            .join(' and ')}`,
        ),
      ]
}

const ownerKeyNames: Readonly<Record<string, string>> = { apiVersion: 'version' }

function finalizerProblems(metadata: JsonObject): FieldError[] {
  const finalizers = stringsField(metadata, 'finalizers')
  const repeated = finalizers.filter((one, index) => finalizers.indexOf(one) !== index)
  return [
    ...finalizers.flatMap((one, index) =>
      qualifiedKey(one).map((problem) => invalid(`metadata.finalizers[${index}]`, one, problem)),
    ),
    ...repeated.map((one) => duplicate('metadata.finalizers', one)),
  ]
}

/** What a change of metadata may not do. */
export function metadataChangeProblems(object: JsonObject, old: JsonObject): readonly FieldError[] {
  const before = objectField(old, 'metadata')
  if (before['deletionTimestamp'] === undefined) return []
  const known = new Set(stringsField(before, 'finalizers'))
  const added = stringsField(objectField(object, 'metadata'), 'finalizers').filter((one) => !known.has(one))
  if (added.length === 0) return []
  const list = added.map((one) => JSON.stringify(one)).join(', ')
  return [
    forbiddenField(
      'metadata.finalizers',
      `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`,
    ),
  ]
}
