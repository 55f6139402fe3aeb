// SPDX-License-Identifier: Apache-2.0

import { array, description, exactOptional, object, pipe } from 'valibot'
import type { InferOutput } from 'valibot'
import { routeSchema } from '../../kit/common-config.ts'
import { optionalText, optionalTexts } from '../../kit/schema-fields.ts'

const rangeFields = {
  subnet: optionalText('The network as CIDR, without host bits.'),
  rangeStart: optionalText('First address to give; absent: the one after the network address.'),
  rangeEnd: optionalText(
    'Last address to give; absent: the last one, for IPv4 without the broadcast address.',
  ),
  gateway: optionalText(
    'Gateway of the network, never given to a container; absent: the one after the network address.',
  ),
}

const rangeSets = (about: string) =>
  exactOptional(pipe(array(array(object(rangeFields))), description(about)))

/** The keys of `ipam` for host-local. */
export const hostLocalSchema = object({
  ...rangeFields,
  ranges: rangeSets(
    'List of range sets; each attachment gets one address of every set. `subnet` and its companions, if given, are one more set before these.',
  ),
  routes: exactOptional(pipe(array(routeSchema), description('Routes of the container.'))),
  resolvConf: optionalText('Path of a resolv.conf whose settings become the DNS of the result.'),
  dataDir: optionalText(
    'Where the reservations are kept, one directory per network; absent: `/var/lib/cni/networks`.',
  ),
})

/** The capabilities that host-local knows. */
export const hostLocalRuntimeSchema = object({
  ipRanges: rangeSets('Range sets before those of the configuration.'),
  ips: optionalTexts('Addresses asked for; a prefix length is ignored.'),
})

/** The keys of `args.cni` that host-local knows. */
export const hostLocalArgsSchema = object({
  ips: optionalTexts('Addresses asked for; a prefix length is ignored.'),
})

/** The checked keys of `ipam`. */
export type HostLocalConfig = InferOutput<typeof hostLocalSchema>
/** The checked keys of `runtimeConfig`. */
export type HostLocalRuntime = InferOutput<typeof hostLocalRuntimeSchema>
/** The checked keys of `args.cni`. */
export type HostLocalArgs = InferOutput<typeof hostLocalArgsSchema>
