// SPDX-License-Identifier: Apache-2.0

import { object } from 'valibot'
import type { InferOutput } from 'valibot'
import { getCaseInsensitive, isJsonObject } from '../../base/index.ts'
import type { JsonObject, JsonValue } from '../../base/index.ts'
import type { CallScope } from './call-scope.ts'
import { commonSchema } from './common-config.ts'
import type { Decoded } from './create-call.ts'
import { decodeConfig, decodeUsable } from './decode-config.ts'
import type { PluginKind } from './define-plugin.ts'
import type { ObjectSchema } from './schema-shape.ts'

const anyObject = object({})

interface Schemas<C extends ObjectSchema, R extends ObjectSchema, A extends ObjectSchema> {
  readonly config: C
  readonly runtimeConfig: R
  readonly configArgs: A
}

/**
 * All typed parts of a call's configuration.
 *
 * @throws CniError that names the path of the bad key.
 */
export function decodeCall<C extends ObjectSchema, R extends ObjectSchema, A extends ObjectSchema>(
  scope: CallScope,
  schemas: Schemas<C, R, A>,
  kind: PluginKind,
): Decoded<InferOutput<C>, InferOutput<R>, InferOutput<A>> {
  const what = `${scope.invocation.type} network ${JSON.stringify(scope.name)}`
  const parts = partsOf(scope.invocation.config, kind)
  const decode = <S extends ObjectSchema>(schema: S, value: JsonValue | undefined, path: string) =>
    decodeConfig(schema, value, { path, what })
  decode(anyObject, parts.args, 'args')
  return {
    config: decode(schemas.config, parts.own, kind === 'ipam' ? 'ipam' : ''),
    common: decode(commonSchema, parts.whole, ''),
    runtimeConfig: decode(schemas.runtimeConfig, parts.runtimeConfig, 'runtimeConfig'),
    configArgs: decode(schemas.configArgs, parts.configArgs, 'args.cni'),
  }
}

/** As {@link decodeCall}, for a DEL: keys with a bad value are absent. */
export function decodeUsableCall<C extends ObjectSchema, R extends ObjectSchema, A extends ObjectSchema>(
  scope: CallScope,
  schemas: Schemas<C, R, A>,
  kind: PluginKind,
): Decoded<Partial<InferOutput<C>>, Partial<InferOutput<R>>, Partial<InferOutput<A>>> {
  const { whole, own, runtimeConfig, configArgs } = partsOf(scope.invocation.config, kind)
  return {
    config: decodeUsable(schemas.config, own),
    common: decodeUsable(commonSchema, whole),
    runtimeConfig: decodeUsable(schemas.runtimeConfig, runtimeConfig),
    configArgs: decodeUsable(schemas.configArgs, configArgs),
  }
}

function partsOf(whole: JsonObject, kind: PluginKind) {
  const args = member(whole, 'args')
  return {
    whole,
    own: kind === 'ipam' ? member(whole, 'ipam') : whole,
    runtimeConfig: member(whole, 'runtimeConfig'),
    args,
    configArgs: member(args, 'cni'),
  }
}

function member(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return isJsonObject(value) ? (getCaseInsensitive(value, key) ?? undefined) : undefined
}
