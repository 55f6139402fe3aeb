// SPDX-License-Identifier: Apache-2.0

import { isJsonObject } from '../../../base/index.ts'
import type { JsonObject } from '../../../base/index.ts'
import { objectField, objectsField, stringField, stringMapField } from '../../resources/fields.ts'
import { dns1035Label, dnsSubdomain } from '../resources/names.ts'
import { nameOf } from '../resources/metadata.ts'
import { forbiddenField, invalid, notSupported, required } from '../status/field-error.ts'
import type { FieldError } from '../status/field-error.ts'
import { openApiOf } from './definition.ts'
import { parseJsonPath } from './json-path.ts'

/** What is wrong with a custom resource definition. */
export function definitionProblems(definition: JsonObject): readonly FieldError[] {
  const spec = objectField(definition, 'spec')
  const versions = objectsField(spec, 'versions')
  return [
    ...identityProblems(definition, spec),
    ...nameProblems(objectField(spec, 'names')),
    ...scopeProblems(spec),
    ...versionListProblems(versions),
    ...versions.flatMap((version, index) => versionProblems(version, `spec.versions[${index}]`)),
    ...(spec['preserveUnknownFields'] === true
      ? [invalid('spec.preserveUnknownFields', true, 'must be false')]
      : []),
    ...conversionProblems(spec),
  ]
}

const approval = 'api-approved.kubernetes.io'

function identityProblems(definition: JsonObject, spec: JsonObject): readonly FieldError[] {
  const group = stringField(spec, 'group') ?? ''
  const plural = stringField(objectField(spec, 'names'), 'plural') ?? ''
  const name = nameOf(definition)
  const annotations = stringMapField(objectField(definition, 'metadata'), 'annotations')
  const isProtected = /(?:^|\.)(?:k8s|kubernetes)\.io$/.test(group)
  return [
    ...(name === `${plural}.${group}`
      ? []
      : [invalid('metadata.name', name, 'must be spec.names.plural+"."+spec.group')]),
    ...(group === ''
      ? [required('spec.group')]
      : dnsSubdomain(group).map((problem) => invalid('spec.group', group, problem))),
    ...(group !== '' && !group.includes('.')
      ? [invalid('spec.group', group, 'should be a domain with at least one dot')]
      : []),
    ...(isProtected && annotations[approval] === undefined
      ? [
          required(
            `metadata.annotations[${approval}]`,
            `protected groups must have approval annotation "${approval}", see https://github.com/kubernetes/enhancements/pull/1111`,
          ),
        ]
      : []),
  ]
}

function nameProblems(names: JsonObject): readonly FieldError[] {
  const mandatory = ['plural', 'kind'].filter((key) => (stringField(names, key) ?? '') === '')
  const checked = ['plural', 'singular', 'kind', 'listKind'].flatMap((key) => {
    const name = stringField(names, key) ?? ''
    if (name === '') return []
    const problems = dns1035Label(key === 'kind' || key === 'listKind' ? name.toLowerCase() : name)
    return problems.map((problem) => invalid(`spec.names.${key}`, name, problem))
  })
  const same = names['kind'] !== undefined && names['kind'] === names['listKind']
  return [
    ...mandatory.map((key) => required(`spec.names.${key}`)),
    ...checked,
    ...(same
      ? [invalid('spec.names.listKind', names['listKind'], 'kind and listKind may not be the same')]
      : []),
  ]
}

const scopes = ['Cluster', 'Namespaced']

function scopeProblems(spec: JsonObject): readonly FieldError[] {
  const scope = stringField(spec, 'scope') ?? ''
  if (scope === '') return [required('spec.scope')]
  return scopes.includes(scope) ? [] : [notSupported('spec.scope', scope, scopes)]
}

function versionListProblems(versions: readonly JsonObject[]): readonly FieldError[] {
  const names = versions.map((version) => stringField(version, 'name') ?? '')
  const stored = versions.filter((version) => version['storage'] === true).length
  return [
    ...(new Set(names).size === names.length
      ? []
      : [invalid('spec.versions', names, 'must contain unique version names')]),
    ...(stored === 1
      ? []
      : [invalid('spec.versions', names, 'must have exactly one version marked as storage version')]),
  ]
}

function versionProblems(version: JsonObject, path: string): readonly FieldError[] {
  const name = stringField(version, 'name') ?? ''
  const schemaPath = `${path}.schema.openAPIV3Schema`
  const schema = openApiOf(version)
  return [
    ...dns1035Label(name).map((problem) => invalid(`${path}.name`, name, problem)),
    ...(Object.keys(schema).length === 0
      ? [required(schemaPath, 'schemas are required')]
      : [
          ...(schema['type'] === 'object'
            ? []
            : [invalid(`${schemaPath}.type`, schema['type'] ?? '', 'must be object at the root')]),
          ...structureProblems(schema, schemaPath, 0),
        ]),
    ...objectsField(version, 'additionalPrinterColumns').flatMap((column, index) =>
      columnProblems(column, `${path}.additionalPrinterColumns[${index}]`),
    ),
  ]
}

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string']

function columnProblems(column: JsonObject, path: string): readonly FieldError[] {
  const type = stringField(column, 'type') ?? ''
  const jsonPath = stringField(column, 'jsonPath') ?? ''
  return [
    ...((stringField(column, 'name') ?? '') === '' ? [required(`${path}.name`)] : []),
    ...(type === '' ? [required(`${path}.type`, `must be one of ${columnTypes.join(',')}`)] : []),
    ...(type !== '' && !columnTypes.includes(type)
      ? [invalid(`${path}.type`, type, `must be one of ${columnTypes.join(',')}`)]
      : []),
    ...(parseJsonPath(jsonPath) === undefined
      ? [invalid(`${path}.jsonPath`, jsonPath, 'is not a path that is understood here')]
      : []),
  ]
}

const maxSchemaDepth = 64

/** A structural schema says a type everywhere, and nothing is described twice. */
function structureProblems(schema: JsonObject, path: string, depth: number): readonly FieldError[] {
  if (depth > maxSchemaDepth) return [forbiddenField(path, `is nested more than ${maxSchemaDepth} levels`)]
  const free =
    schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true
  const untyped = schema['type'] === undefined && !free
  const items = schema['items']
  const additional = schema['additionalProperties']
  const properties = Object.entries(objectField(schema, 'properties'))
  return [
    ...(untyped
      ? [
          required(
            `${path}.type`,
            `must not be empty for specified ${depth === 0 ? 'root' : 'object fields'}`,
          ),
        ]
      : []),
    ...(schema['type'] === 'array' && items === undefined
      ? [required(`${path}.items`, 'must be specified')]
      : []),
    ...(properties.length > 0 && isJsonObject(additional)
      ? [
          forbiddenField(
            `${path}.additionalProperties`,
            'additionalProperties and properties are mutual exclusive',
          ),
        ]
      : []),
    ...properties.flatMap(([key, value]) =>
      isJsonObject(value) ? structureProblems(value, `${path}.properties[${key}]`, depth + 1) : [],
    ),
    ...(isJsonObject(items) ? structureProblems(items, `${path}.items`, depth + 1) : []),
    ...(isJsonObject(additional)
      ? structureProblems(additional, `${path}.additionalProperties`, depth + 1)
      : []),
  ]
}

function conversionProblems(spec: JsonObject): readonly FieldError[] {
  const strategy = stringField(objectField(spec, 'conversion'), 'strategy') ?? 'None'
  return strategy === 'None' ? [] : [notSupported('spec.conversion.strategy', strategy, ['None'])]
}

/** What may not be changed in a custom resource definition once its names are accepted. */
export function definitionChangeProblems(definition: JsonObject, old: JsonObject): readonly FieldError[] {
  const spec = objectField(definition, 'spec')
  const before = objectField(old, 'spec')
  const [kind, oldKind] = [objectField(spec, 'names')['kind'], objectField(before, 'names')['kind']]
  return [
    ...['group', 'scope']
      .filter((key) => spec[key] !== before[key])
      .map((key) => invalid(`spec.${key}`, spec[key], 'field is immutable')),
    ...(kind === oldKind ? [] : [invalid('spec.names.kind', kind, 'field is immutable')]),
  ]
}
