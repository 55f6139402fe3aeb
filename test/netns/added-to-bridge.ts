// SPDX-License-Identifier: Apache-2.0

// For the tests of bridge: a container that is attached to one.

import assert from 'node:assert/strict'
import type { JsonObject } from '../../src/base/index.ts'
import type { PluginCases } from '../../src/plugins/kit/test-plugin.ts'
import { bridge } from '../../src/plugins/main/bridge/index.ts'
import { dig } from './fixture.ts'
import { withAddOf } from './plugin-bench.ts'
import type { Added } from './plugin-bench.ts'

/** Addresses for containers from 10.88.0.0/24. */
export const ipam = {
  type: 'host-local',
  ranges: [[{ subnet: '10.88.0.0/24' }]],
  routes: [{ dst: '0.0.0.0/0' }],
}

/** What a bench needs to try a network of this configuration on the bridge br0. */
export function cases(config: JsonObject): PluginCases {
  return { config: { bridge: 'br0', ...config } }
}

/** Runs `body` with the result of an ADD of bridge. */
export async function withAdded(
  config: JsonObject,
  body: (added: Added) => void | Promise<void>,
): Promise<void> {
  await withAddOf(bridge, cases(config), body)
}

/** The name of the host end of the pair, as the result says it. */
export function hostPortName({ result }: Added): string {
  const name = Array.isArray(result['interfaces']) ? dig(result['interfaces'][1], 'name') : undefined
  assert.ok(typeof name === 'string')
  return name
}
