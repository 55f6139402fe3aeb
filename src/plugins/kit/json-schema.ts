// SPDX-License-Identifier: Apache-2.0

import { toJsonSchema } from '@valibot/to-json-schema'
import type { Plugin } from './define-plugin.ts'
import type { ObjectSchema } from './schema-shape.ts'

/** JSON Schema of an object of a configuration. */
export function jsonSchemaOf(schema: ObjectSchema) {
  // A check in code has no counterpart in JSON Schema.
  const { $schema: _, ...rest } = toJsonSchema(schema, { errorMode: 'ignore' })
  return rest
}

/** JSON Schema of a plugin's whole configuration, with which an editor completes and checks it. */
export function configJsonSchema({ name, kind, about, supportedVersions, schemas }: Plugin) {
  const own = jsonSchemaOf(schemas.config)
  const isIpam = kind === 'ipam'
  const properties = {
    cniVersion: { enum: [...supportedVersions] },
    name: { type: 'string', description: "The network's name." },
    type: isIpam ? { type: 'string' } : { const: name },
    ...(isIpam
      ? { ipam: { ...own, properties: { type: { const: name }, ...own.properties } } }
      : own.properties),
    runtimeConfig: jsonSchemaOf(schemas.runtimeConfig),
    args: { type: 'object', properties: { cni: jsonSchemaOf(schemas.configArgs) } },
  }
  const required = isIpam ? ['ipam'] : ['type', ...(own.required ?? [])]
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: name,
    description: about,
    type: 'object',
    properties,
    required,
  }
}
