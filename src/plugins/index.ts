// SPDX-License-Identifier: Apache-2.0

export { defaultDataDir, listReservations, releaseReservations } from './ipam/host-local/node-reservations.ts'
export type { NodeReservation } from './ipam/host-local/node-reservations.ts'
export { createBundledInvoke } from './kit/bundled-invoke.ts'
export type { BundledInvokeOptions } from './kit/bundled-invoke.ts'
export type { Plugin, PluginDefinition, PluginKind } from './kit/define-plugin.ts'
export { loadPlugins } from './kit/load-plugins.ts'
export type { Attachment } from './kit/plugin-call.ts'
export type { CallSample, RunPluginOptions } from './kit/run-options.ts'
