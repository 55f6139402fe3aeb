// SPDX-License-Identifier: Apache-2.0

import { join } from 'node:path'
import type { JsonObject } from '../../src/base/index.ts'
import { card } from './ground.ts'
import { scratch } from './scratch.ts'

/** Where a contender keeps its reservations. */
export function dataDir(contender: string): string {
  return join(scratch(), contender, 'networks')
}

/** host-local with a /16. */
export function hostLocal(contender: string, subnet: string, more: JsonObject = {}): JsonObject {
  return { type: 'host-local', ranges: [[{ subnet }]], dataDir: dataDir(contender), ...more }
}

/** A bridge network with a gateway, as a cluster's default network has it. Each contender has a bridge of its own. */
export function bridge(contender: string): JsonObject {
  return {
    cniVersion: '1.0.0',
    name: 'default-net',
    type: 'bridge',
    bridge: `${contender}0`,
    isGateway: true,
    ipam: hostLocal(contender, '10.88.0.0/16', { routes: [{ dst: '0.0.0.0/0' }] }),
  }
}

/** A macvlan network on the card. */
export function macvlan(contender: string, name: string, subnet: string): JsonObject {
  return {
    cniVersion: '1.0.0',
    name,
    type: 'macvlan',
    master: card,
    mode: 'bridge',
    ipam: hostLocal(contender, subnet),
  }
}
