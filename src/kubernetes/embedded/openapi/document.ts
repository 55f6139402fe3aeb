// SPDX-License-Identifier: Apache-2.0

import { isJsonObject } from '../../../base/index.ts'
import type { JsonObject } from '../../../base/index.ts'
import { objectField, objectsField } from '../../resources/fields.ts'
import type { Cluster } from '../cluster.ts'
import { openApiOf } from '../crd/definition.ts'
import { definitionCollection } from '../crd/crd-strategy.ts'
import { builtinType } from '../schema/builtin-types.ts'
import type { GroupVersion } from '../resources/registry.ts'
import type { ServedResource } from '../resources/served-resource.ts'
import { addComponent, metadataReference } from './components.ts'
import type { Components } from './components.ts'

/** The OpenAPI v3 document of a group and version: enough for `kubectl explain`, and for kubectl to trust the server's validation. */
export function openApiDocument(cluster: Cluster, groupVersion: GroupVersion): JsonObject {
  const components: Components = new Map()
  for (const resource of groupVersion.resources) addResource(cluster, components, resource)
  const paths = groupVersion.resources.flatMap(pathsOf)
  return {
    openapi: '3.0.0',
    info: { title: 'plait embedded API server', version: 'v1.32.0' },
    paths: Object.fromEntries(paths),
    components: { schemas: Object.fromEntries(components) },
  }
}

function addResource(cluster: Cluster, components: Components, resource: ServedResource): void {
  const extensions = { 'x-kubernetes-group-version-kind': [kindOf(resource)] }
  if (resource.scale !== undefined) {
    const kind = { group: 'autoscaling', version: 'v1', kind: 'Scale' }
    addComponent(components, builtinType('Scale'), { 'x-kubernetes-group-version-kind': [kind] })
  }
  if (resource.custom)
    components.set(customName(resource), { ...customOpenApi(cluster, components, resource), ...extensions })
  else addComponent(components, resource.schema, extensions)
}

function kindOf({ group, version, kind }: ServedResource): JsonObject {
  return { group, version, kind }
}

/** As the real server names custom types: the group backwards, version, kind. */
function customName({ group, version, kind }: ServedResource): string {
  return [...group.split('.').toReversed(), version, kind].join('.')
}

function customOpenApi(cluster: Cluster, components: Components, resource: ServedResource): JsonObject {
  const definition = cluster.store.get(definitionCollection, '', resource.collection) ?? {}
  const versions = objectsField(objectField(definition, 'spec'), 'versions')
  const openApi = openApiOf(versions.find((one) => one['name'] === resource.version) ?? {})
  const given = objectField(openApi, 'properties')
  const described = (name: string) =>
    isJsonObject(given[name]) ? objectField(given, name) : { type: 'string' }
  return {
    ...openApi,
    properties: {
      ...given,
      apiVersion: described('apiVersion'),
      kind: described('kind'),
      metadata: { allOf: [metadataReference(components)] },
    },
  }
}

const writeParameters = ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map((name) => ({
  name,
  in: 'query',
  schema: { type: name === 'force' ? 'boolean' : 'string' },
}))

function pathsOf(resource: ServedResource): readonly [string, JsonObject][] {
  const { group, version, plural, namespaced } = resource
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
  const base = namespaced ? `${root}/namespaces/{namespace}/${plural}` : `${root}/${plural}`
  const operation = (action: string, parameters: readonly JsonObject[] = []): JsonObject => ({
    parameters,
    responses: { 200: { description: 'OK' } },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': kindOf(resource),
  })
  return [
    [base, { get: operation('list'), post: operation('post', writeParameters) }],
    [
      `${base}/{name}`,
      {
        get: operation('get'),
        put: operation('put', writeParameters),
        patch: operation('patch', writeParameters),
        delete: operation('delete', writeParameters),
      },
    ],
  ]
}
