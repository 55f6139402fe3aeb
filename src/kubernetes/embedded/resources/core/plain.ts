// SPDX-License-Identifier: Apache-2.0

import { isDeepStrictEqual } from 'node:util'
import type { JsonObject } from '../../../../base/index.ts'
import { objectField, stringField, stringMapField } from '../../../resources/fields.ts'
import { withDefault, withoutValue, withValue } from '../../json/edit.ts'
import { forbiddenField, invalid } from '../../status/field-error.ts'
import type { FieldError } from '../../status/field-error.ts'
import { dnsLabel, dnsSubdomain, pathSegment } from '../names.ts'
import type { Strategy } from '../strategy.ts'

/** An object of which only the metadata follows rules. */
export const plainStrategy: Strategy = {
  nameRule: dnsSubdomain,
  separateStatus: false,
  countsGenerations: false,
  unconditionalUpdate: true,
  createOnUpdate: false,
}

/** Leases and endpoints, which their owners write with PUT from the start. */
export const createOnUpdateStrategy: Strategy = { ...plainStrategy, createOnUpdate: true }

/** Roles and bindings. */
export const rbacStrategy: Strategy = { ...plainStrategy, nameRule: pathSegment, createOnUpdate: true }

/** Namespaces: their finalizer, their phase and the label with their name. */
export const namespaceStrategy: Strategy = {
  ...plainStrategy,
  nameRule: dnsLabel,
  separateStatus: true,
  withDefaults: (namespace) => {
    const name = stringField(objectField(namespace, 'metadata'), 'name') ?? ''
    return withValue(namespace, ['metadata', 'labels', 'kubernetes.io/metadata.name'], name)
  },
  prepareCreate: (namespace) => ({
    ...namespace,
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  }),
  // Only the finalize subresource takes the finalizers off.
  prepareUpdate: (namespace, old) => ({ ...namespace, spec: objectField(old, 'spec') }),
  selectable: (namespace) => ({
    'status.phase': stringField(objectField(namespace, 'status'), 'phase') ?? '',
  }),
}

/** Nodes: the status may come with the object, as kubelets register themselves. */
export const nodeStrategy: Strategy = {
  ...plainStrategy,
  separateStatus: true,
  prepareCreate: (node) => node,
  selectable: (node) => ({
    'spec.unschedulable': String(objectField(node, 'spec')['unschedulable'] === true),
  }),
}

/** Config maps, which can be immutable. */
export const configMapStrategy: Strategy = {
  ...plainStrategy,
  problems: (map) => keyProblems(map, ['data', 'binaryData']),
  changeProblems: (map, old) => immutableProblems(map, old, ['data', 'binaryData']),
}

/** Secrets: `stringData` is encoded into `data`. */
export const secretStrategy: Strategy = {
  ...plainStrategy,
  withDefaults: (secret) => withEncodedData(withDefault(secret, ['type'], 'Opaque')),
  problems: (secret) => keyProblems(secret, ['data']),
  changeProblems: (secret, old) => [
    ...immutableProblems(secret, old, ['data']),
    ...(secret['type'] === old['type'] ? [] : [invalid('type', secret['type'], 'field is immutable')]),
  ],
  selectable: (secret) => ({ type: stringField(secret, 'type') ?? '' }),
}

function withEncodedData(secret: JsonObject): JsonObject {
  const texts = Object.entries(stringMapField(secret, 'stringData'))
  if (texts.length === 0) return withoutValue(secret, ['stringData'])
  const encoded = texts.map(([key, text]) => [key, Buffer.from(text).toString('base64')])
  const data = { ...objectField(secret, 'data'), ...Object.fromEntries(encoded) }
  return { ...withoutValue(secret, ['stringData']), data }
}

const dataKey = /^[-._a-zA-Z0-9]+$/

function keyProblems(object: JsonObject, fields: readonly string[]): readonly FieldError[] {
  return fields.flatMap((field) =>
    Object.keys(objectField(object, field))
      .filter((key) => !dataKey.test(key) || key.length > 253 || key === '.' || key === '..')
      .map((key) =>
        invalid(
          `${field}[${key}]`,
          key,
          "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
        ),
      ),
  )
}

function immutableProblems(
  object: JsonObject,
  old: JsonObject,
  fields: readonly string[],
): readonly FieldError[] {
  if (old['immutable'] !== true) return []
  return [...fields, 'immutable']
    .filter((field) => !isDeepStrictEqual(object[field], old[field]))
    .map((field) => forbiddenField(field, 'field is immutable when `immutable` is set'))
}
