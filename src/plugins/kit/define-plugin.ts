// SPDX-License-Identifier: Apache-2.0

import { object } from 'valibot'
import type { InferOutput } from 'valibot'
import { supportedVersions as allVersions } from '../../cni/index.ts'
import type { CniResult } from '../../cni/index.ts'
import type { CallScope } from './call-scope.ts'
import { AddView, DelView, NetworkView } from './create-call.ts'
import { decodeCall, decodeUsableCall } from './decode-call.ts'
import type { AddCall, Attachment, CheckCall, DelCall, PluginCall } from './plugin-call.ts'
import type { ObjectSchema } from './schema-shape.ts'

/** The folders of plugins, with the words of the Go project. */
export type PluginKind = 'main' | 'ipam' | 'meta'

const noKeys = object({})
type NoKeys = typeof noKeys

/** What the author of a plugin writes. */
export interface PluginDefinition<C extends ObjectSchema, R extends ObjectSchema, A extends ObjectSchema> {
  /** The `type` that a configuration names; also the name of the file or folder. */
  readonly name: string
  readonly kind: PluginKind
  /** One sentence: what the plugin is for. */
  readonly about: string
  /** The plugin's own keys; for kind `ipam` those of the `ipam` object. */
  readonly config: C
  /** The capabilities that the plugin knows: keys of `runtimeConfig`. */
  readonly runtimeConfig?: R
  /** The keys of `args.cni` that the plugin knows. */
  readonly configArgs?: A
  /** The keys of CNI_ARGS that the plugin knows; a plugin without this never looks at CNI_ARGS. */
  readonly environmentArgs?: readonly string[]
  /** All versions of the specification when absent. */
  readonly supportedVersions?: readonly string[]
  add(call: AddCall<InferOutput<C>, InferOutput<R>, InferOutput<A>>): CniResult | Promise<CniResult>
  /** The keys of the configuration that are usable are there; a DEL is not refused for the others. */
  del(
    call: DelCall<Partial<InferOutput<C>>, Partial<InferOutput<R>>, Partial<InferOutput<A>>>,
  ): void | Promise<void>
  check?(call: CheckCall<InferOutput<C>, InferOutput<R>, InferOutput<A>>): void | Promise<void>
  /** Releases what belongs to attachments outside of the list. The kit passes GC on to the network's IPAM itself. */
  gc?(
    call: PluginCall<InferOutput<C>, InferOutput<R>, InferOutput<A>>,
    valid: readonly Attachment[],
  ): void | Promise<void>
  /** Fails with code 50 or 51 when an ADD could not work. The kit passes STATUS on to the network's IPAM itself. */
  status?(call: PluginCall<InferOutput<C>, InferOutput<R>, InferOutput<A>>): void | Promise<void>
}

/** The schemas of a plugin, for its page, for editors and for tests. */
export interface PluginSchemas {
  readonly config: ObjectSchema
  readonly runtimeConfig: ObjectSchema
  readonly configArgs: ObjectSchema
}

/** A plugin as the kit runs it. */
export interface Plugin {
  readonly name: string
  readonly kind: PluginKind
  readonly about: string
  readonly supportedVersions: readonly string[]
  readonly schemas: PluginSchemas
  add(scope: CallScope): Promise<CniResult>
  del(scope: CallScope): Promise<void>
  check(scope: CallScope): Promise<void>
  gc(scope: CallScope, valid: readonly Attachment[]): Promise<void>
  status(scope: CallScope): Promise<void>
}

const defined = new WeakSet<object>()

/** Whether a value came from {@link definePlugin}. */
export function isPlugin(value: unknown): value is Plugin {
  return typeof value === 'object' && value !== null && defined.has(value)
}

/**
 * A plugin from what is its own. Decoding, versions, namespaces, IPAM, undo, locks and error objects are the kit's.
 *
 * @example
 * export const dummy = definePlugin({
 *   name: 'dummy', kind: 'main', about: 'Gives the container a link that leads nowhere.', config: object({}),
 *   async add(call) { … },
 *   async del(call) { … },
 * })
 */
export function definePlugin<
  C extends ObjectSchema,
  R extends ObjectSchema = NoKeys,
  A extends ObjectSchema = NoKeys,
>(definition: PluginDefinition<C, R, A>): Plugin {
  const { name, kind, about, environmentArgs, supportedVersions = allVersions } = definition
  const schemas = {
    config: definition.config,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- without the key, R is its default
    runtimeConfig: definition.runtimeConfig ?? (noKeys as ObjectSchema as R),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- without the key, A is its default
    configArgs: definition.configArgs ?? (noKeys as ObjectSchema as A),
  }
  const decode = (scope: CallScope) => decodeCall(scope, schemas, kind)
  const plugin: Plugin = {
    name,
    kind,
    about,
    supportedVersions,
    schemas,
    add: async (scope) => definition.add(new AddView(scope, decode(scope), environmentArgs)),
    del: async (scope) =>
      definition.del(new DelView(scope, decodeUsableCall(scope, schemas, kind), environmentArgs)),
    check: async (scope) => definition.check?.(new AddView(scope, decode(scope), environmentArgs)),
    gc: async (scope, valid) => definition.gc?.(new NetworkView(scope, decode(scope)), valid),
    status: async (scope) => definition.status?.(new NetworkView(scope, decode(scope))),
  }
  defined.add(plugin)
  return plugin
}
