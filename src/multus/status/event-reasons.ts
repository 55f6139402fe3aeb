// SPDX-License-Identifier: Apache-2.0

/** Reasons of the events that Multus posts; the first two are upstream's (§5.15). */
export const eventReasons = {
  attached: 'AddedInterface',
  definitionMissing: 'NoNetworkFound',
  requestUnheard: 'NetworkRequestIgnored',
  networksMissing: 'NetworksMissing',
  statusFailed: 'NetworkStatusNotWritten',
} as const
