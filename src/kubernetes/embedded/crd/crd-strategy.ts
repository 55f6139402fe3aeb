// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import { objectField, objectsField, stringField, stringsField } from '../../resources/fields.ts'
import type { Cluster } from '../cluster.ts'
import { withDefault, withValue } from '../json/edit.ts'
import { formatTime, isTerminating, nameOf } from '../resources/metadata.ts'
import { dnsSubdomain } from '../resources/names.ts'
import type { Strategy } from '../resources/strategy.ts'
import { definitionChangeProblems, definitionProblems } from './crd-rules.ts'
import { definedResources } from './definition.ts'

/** Holds a definition until its objects are gone. */
export const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io'

/** Where definitions are stored. */
export const definitionCollection = 'customresourcedefinitions.apiextensions.k8s.io'

/** Custom resource definitions: names are accepted at once, and with them the resource is served. */
export const crdStrategy: Strategy = {
  nameRule: dnsSubdomain,
  separateStatus: true,
  countsGenerations: true,
  unconditionalUpdate: true,
  createOnUpdate: false,
  withDefaults: withDefinitionDefaults,
  prepareCreate: (definition, cluster) => withAcceptance(definition, cluster),
  prepareUpdate: (definition, _old, cluster) => withAcceptance(definition, cluster),
  problems: definitionProblems,
  changeProblems: definitionChangeProblems,
  deletionFinalizers: [cleanupFinalizer],
  afterWrite: serveDefinition,
}

function withDefinitionDefaults(definition: JsonObject): JsonObject {
  const names = objectField(objectField(definition, 'spec'), 'names')
  const kind = stringField(names, 'kind') ?? ''
  const singular = withDefault(definition, ['spec', 'names', 'singular'], kind.toLowerCase())
  const listed = withDefault(singular, ['spec', 'names', 'listKind'], `${kind}List`)
  return withDefault(listed, ['spec', 'conversion', 'strategy'], 'None')
}

/** The status that two controllers of a real cluster write within a second. */
function withAcceptance(definition: JsonObject, cluster: Cluster): JsonObject {
  const spec = objectField(definition, 'spec')
  const before = objectField(definition, 'status')
  const taken = takenName(definition, cluster)
  const stored = objectsField(spec, 'versions').find((version) => version['storage'] === true)
  const versions = [...stringsField(before, 'storedVersions'), stringField(stored ?? {}, 'name') ?? '']
  const conditions =
    taken === undefined
      ? [
          { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' },
          {
            type: 'Established',
            status: 'True',
            reason: 'InitialNamesAccepted',
            message: 'the initial names have been accepted',
          },
        ]
      : [
          {
            type: 'NamesAccepted',
            status: 'False',
            reason: 'PluralConflict',
            message: `"${taken}" is already in use`,
          },
          {
            type: 'Established',
            status: 'False',
            reason: 'NotAccepted',
            message: 'not all names are accepted',
          },
        ]
  const known = objectsField(before, 'conditions')
  const lastTransitionTime = formatTime(cluster.now())
  return withValue(definition, ['status'], {
    acceptedNames: taken === undefined ? objectField(spec, 'names') : { kind: '', plural: '' },
    conditions: conditions.map((condition) => {
      const old = known.find((one) => one['type'] === condition.type && one['status'] === condition.status)
      return old ?? { lastTransitionTime, ...condition }
    }),
    storedVersions: [...new Set(versions)],
  })
}

/** The first name of a definition that another resource of the group has. */
function takenName(definition: JsonObject, { registry }: Cluster): string | undefined {
  const spec = objectField(definition, 'spec')
  const names = objectField(spec, 'names')
  const others = registry
    .all()
    .filter((one) => one.group === stringField(spec, 'group') && one.collection !== nameOf(definition))
  const taken = new Set(
    others.flatMap((one) => [one.plural, one.singular, one.kind, one.listKind, ...one.shortNames]),
  )
  const own = ['plural', 'singular', 'kind', 'listKind'].map((key) => stringField(names, key) ?? '')
  return [...own, ...stringsField(names, 'shortNames')].find((name) => taken.has(name))
}

function serveDefinition(definition: JsonObject, { registry }: Cluster): void {
  const spec = objectField(definition, 'spec')
  const group = stringField(spec, 'group') ?? ''
  const plural = stringField(objectField(spec, 'names'), 'plural') ?? ''
  const conditions = objectsField(objectField(definition, 'status'), 'conditions')
  const established = conditions.some((one) => one['type'] === 'Established' && one['status'] === 'True')
  if (isTerminating(definition) && registry.findResource({ group, plural }) === undefined) return
  const others = registry.all().filter((one) => one.group === group && one.plural === plural)
  if (others.some((one) => one.collection !== nameOf(definition))) return
  registry.removeAll({ group, plural })
  if (established) for (const resource of definedResources(definition)) registry.add(resource)
}
