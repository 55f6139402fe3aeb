// SPDX-License-Identifier: Apache-2.0

import { description, exactOptional, looseObject, object, picklist, pipe, string } from 'valibot'
import type { InferOutput } from 'valibot'
import { optionalCount, optionalText, optionalTexts } from './schema-fields.ts'

/** `dns` of a configuration or of address management. */
export const dnsSchema = object({
  nameservers: optionalTexts('Addresses of name servers, in order of preference.'),
  domain: optionalText('The local domain.'),
  search: optionalTexts('Domains to search for short names.'),
  options: optionalTexts('Options of the resolver.'),
})

/** One route of a configuration. */
export const routeSchema = object({
  dst: pipe(string(), description('Destination as CIDR.')),
  gw: optionalText('Gateway; absent: that of the address of the same family.'),
  mtu: optionalCount('MTU of the route.'),
  advmss: optionalCount('MSS advertised on connections over the route.'),
  priority: optionalCount('Metric; the lower the earlier.'),
  table: optionalCount('Routing table; absent: main.'),
  scope: optionalCount('0 universe, 253 link, 254 host.'),
})

/** The keys that all plugins share, besides those that the kit itself uses up. */
export const commonSchema = object({
  ipam: exactOptional(
    looseObject({
      type: exactOptional(string()),
      duplicateAddresses: exactOptional(picklist(['refuse', 'warn', 'ignore'])),
    }),
  ),
  dns: exactOptional(dnsSchema),
})

/** The keys that all plugins share: `ipam.type` chooses the address management, `dns` goes into the result. */
export type CommonConfig = InferOutput<typeof commonSchema>
