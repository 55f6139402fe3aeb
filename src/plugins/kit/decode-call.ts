// SPDX-License-Identifier: Apache-2.0

import { object } from 'valibot'
import type { InferOutput } from 'valibot'
import { getCaseInsensitive, isJsonObject } from '../../base/index.ts'
import type { JsonValue } from '../../base/index.ts'
import type { CallScope } from './call-scope.ts'
import { commonSchema } from './common-config.ts'
import type { Decoded } from './create-call.ts'
import { decodeConfig } from './decode-config.ts'
import type { ObjectSchema } from './schema-shape.ts'

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
  { kind, lenient }: { kind: string; lenient: boolean },
): Decoded<InferOutput<C>, InferOutput<R>, InferOutput<A>> {
  const raw = scope.invocation.config
  const what = `${scope.invocation.type} network ${JSON.stringify(scope.name)}`
  const options = (path: string) => ({ path, what, lenient })
  const own = kind === 'ipam' ? 'ipam' : ''
  const args = member(raw, 'args')
  decodeConfig(object({}), args, options('args'))
  return {
    config: decodeConfig(schemas.config, own === '' ? raw : member(raw, own), options(own)),
    common: decodeConfig(commonSchema, raw, options('')),
    runtimeConfig: decodeConfig(
      schemas.runtimeConfig,
      member(raw, 'runtimeConfig'),
      options('runtimeConfig'),
    ),
    configArgs: decodeConfig(schemas.configArgs, member(args, 'cni'), options('args.cni')),
  }
}

function member(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return isJsonObject(value) ? (getCaseInsensitive(value, key) ?? undefined) : undefined
}
