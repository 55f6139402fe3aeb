// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import { objectField, objectsField, stringField, stringsField } from '../../resources/fields.ts'
import { textOf } from '../json/edit.ts'
import { allVerbs, scaleSubresource, statusVerbs } from '../resources/builtin-resource.ts'
import { nameOf } from '../resources/metadata.ts'
import { dnsSubdomain } from '../resources/names.ts'
import type { ScalePaths, ServedResource } from '../resources/served-resource.ts'
import type { Strategy } from '../resources/strategy.ts'
import { decodeCustom } from '../schema/prune.ts'
import { fieldNames, findByPath, parseJsonPath } from './json-path.ts'
import { printerColumns } from './printer-columns.ts'
import { structuralSchema } from './structural.ts'
import { withStructuralDefaults } from './structural-defaults.ts'
import { structuralProblems } from './structural-rules.ts'

/** The served versions of a custom resource definition, preferred one first. */
export function definedResources(definition: JsonObject): readonly ServedResource[] {
  const spec = objectField(definition, 'spec')
  const versions = objectsField(spec, 'versions').toSorted(byPriority)
  const storage = versions.find((version) => version['storage'] === true)
  const storedVersion = `${stringField(spec, 'group') ?? ''}/${stringField(storage ?? {}, 'name') ?? ''}`
  return versions
    .filter((version) => version['served'] === true)
    .map((version) => definedResource(definition, version, storedVersion))
}

function definedResource(definition: JsonObject, version: JsonObject, storedVersion: string): ServedResource {
  const spec = objectField(definition, 'spec')
  const names = objectField(spec, 'names')
  const group = stringField(spec, 'group') ?? ''
  const kind = stringField(names, 'kind') ?? ''
  const schema = structuralSchema(openApiOf(version))
  const scale = scalePaths(version)
  const hasStatus = objectField(version, 'subresources')['status'] !== undefined
  const apiVersion = `${group}/${stringField(version, 'name') ?? ''}`
  return {
    group,
    version: stringField(version, 'name') ?? '',
    plural: stringField(names, 'plural') ?? '',
    singular: stringField(names, 'singular') ?? kind.toLowerCase(),
    kind,
    listKind: stringField(names, 'listKind') ?? `${kind}List`,
    shortNames: stringsField(names, 'shortNames'),
    categories: stringsField(names, 'categories'),
    namespaced: spec['scope'] === 'Namespaced',
    verbs: allVerbs,
    subresources: [
      ...(hasStatus ? [{ name: 'status', verbs: statusVerbs }] : []),
      ...(scale === undefined ? [] : [scaleSubresource]),
    ],
    scale,
    collection: nameOf(definition),
    schema,
    storedSchema: schema,
    custom: true,
    strategy: customStrategy(version, hasStatus),
    columns: printerColumns(version),
    decode: (object) => decodeCustom(object, schema),
    toStored: (object) => ({ ...object, apiVersion: storedVersion }),
    fromStored: (object) => ({ ...object, apiVersion }),
  }
}

/** The schema of a version as it stands in the definition. */
export function openApiOf(version: JsonObject): JsonObject {
  return objectField(objectField(version, 'schema'), 'openAPIV3Schema')
}

function customStrategy(version: JsonObject, separateStatus: boolean): Strategy {
  const openApi = openApiOf(version)
  const selectable = objectsField(version, 'selectableFields').flatMap(
    (field) => stringField(field, 'jsonPath') ?? [],
  )
  return {
    nameRule: dnsSubdomain,
    separateStatus,
    countsGenerations: true,
    unconditionalUpdate: false,
    createOnUpdate: false,
    withDefaults: (object) => withStructuralDefaults(object, openApi),
    prepareCreate: (object) => {
      const { status: _dropped, ...rest } = object
      return separateStatus ? rest : object
    },
    problems: (object) => structuralProblems(object, openApi, ''),
    selectable: (object) =>
      Object.fromEntries(
        selectable.map((text) => [
          text.replace(/^\./, ''),
          textOf(findByPath(object, parseJsonPath(text) ?? [])[0]),
        ]),
      ),
  }
}

function scalePaths(version: JsonObject): ScalePaths | undefined {
  const scale = objectField(objectField(version, 'subresources'), 'scale')
  const specReplicas = fieldNames(stringField(scale, 'specReplicasPath') ?? '')
  const statusReplicas = fieldNames(stringField(scale, 'statusReplicasPath') ?? '')
  if (specReplicas === undefined || statusReplicas === undefined) return undefined
  return { specReplicas, statusReplicas, selector: fieldNames(stringField(scale, 'labelSelectorPath') ?? '') }
}

/** Stable before beta before alpha, then the higher number, as the real server orders versions. */
function byPriority(a: JsonObject, b: JsonObject): number {
  const [rankA, majorA, minorA] = priorityOf(stringField(a, 'name') ?? '')
  const [rankB, majorB, minorB] = priorityOf(stringField(b, 'name') ?? '')
  return rankB - rankA || majorB - majorA || minorB - minorA
}

function priorityOf(version: string): readonly [number, number, number] {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version)
  if (match === null) return [0, 0, 0]
  const rank = match[2] === undefined ? 3 : match[2] === 'beta' ? 2 : 1
  return [rank, Number(match[1]), Number(match[3] ?? 0)]
}
