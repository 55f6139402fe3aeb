// SPDX-License-Identifier: Apache-2.0

import * as v from 'valibot'
import { isJsonObject, tryParseCidr, tryParseIp, type JsonObject } from '../../base/index.ts'

// Names become interface names, which the kernel limits to 15 characters (IFNAMSIZ, linux/if.h).
const linkName = v.pipe(
  v.string(),
  v.regex(/^[a-z][a-z0-9._-]{0,14}$/i, 'give a name of at most 15 letters, digits, dots and dashes'),
)
const cidr = v.pipe(
  v.string(),
  v.check(
    (text) => tryParseCidr(text) !== undefined,
    'give an address with prefix length, such as 10.1.1.5/24',
  ),
)
const ip = v.pipe(
  v.string(),
  v.check((text) => tryParseIp(text) !== undefined, 'give an address, such as 10.1.1.5'),
)
const absolutePath = v.pipe(v.string(), v.regex(/^\/(?!.*\.\.)/, 'give an absolute path without ".."'))
const netnsDirectory = v.picklist(['/run/netns', '/var/run/netns'])
const jsonObject = v.custom<JsonObject>(isJsonObject, 'give an object')

const nodeExtras = {
  files: v.optional(v.record(absolutePath, v.string()), {}),
  daemon: v.optional(jsonObject, {}),
  /** Where network namespaces are: the directory that the runtime names, and those that the daemon's pod mounts. */
  netns: v.optional(
    v.strictObject({
      given: v.optional(netnsDirectory, '/var/run/netns'),
      mounted: v.optional(v.array(netnsDirectory)),
    }),
  ),
}

/**
 * The shape of `topology.yaml`. Nodes are described once: each gets the same ports, and addresses that count up from
 * the ones given, so that `--nodes` can make any number of them.
 */
export const topologyFile = v.strictObject({
  about: v.string(),
  networks: v.record(
    linkName,
    v.strictObject({
      subnet: v.optional(cidr),
      vlan: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4094))),
    }),
  ),
  routers: v.optional(v.record(linkName, v.record(linkName, v.array(cidr))), {}),
  controlPlane: v.strictObject({ network: linkName, address: cidr }),
  podSubnet: v.optional(cidr, '10.233.0.0/16'),
  nodes: v.strictObject({
    count: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(50)),
    /** In order; the first is the uplink. `address` is the first node's, each further node has the next. */
    nics: v.record(linkName, v.strictObject({ network: linkName, address: v.optional(cidr) })),
    bridges: v.optional(v.record(linkName, v.array(linkName)), {}),
    ...nodeExtras,
    /**
     * Per network configuration the address that host-local gave last on the second node; ten more on each further
     * one. host-local counts per node: nodes that all begin at the same place hand out the same addresses.
     */
    lastReserved: v.optional(v.record(v.string(), ip), {}),
    only: v.optional(v.record(v.string(), v.strictObject(nodeExtras)), {}),
  }),
})

/** A parsed `topology.yaml`, before the nodes are counted out. */
export type TopologyFile = v.InferOutput<typeof topologyFile>
