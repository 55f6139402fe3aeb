// SPDX-License-Identifier: Apache-2.0

// Upstream's programs on a node with the real pipeline.

import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '../../src/base/index.ts'
import { peerDirectory, runProgram, withoutPeers } from '../parity/libcni-peers.ts'
import { linkNames, skip } from './fixture.ts'
import { environment, reservations } from './multus-node.ts'
import type { MultusNode } from './multus-node.ts'

const programs = ['multus', 'bridge', 'macvlan', 'host-local', 'tuning']

/** The directory of upstream's Multus and of the plugins that it runs here. */
export const upstreamBin = peerDirectory(...programs) ?? ''

/** Why tests with them are skipped; false when they run. */
export const withoutUpstream = skip === false ? withoutPeers(...programs) : skip

/** One call of upstream's Multus for the pod of the node, which has to succeed. */
export function runUpstream(
  node: MultusNode,
  command: string,
  config: JsonObject,
  variables: Readonly<Record<string, string>> = {},
): void {
  const usual = { ...environment(command, 'c1', node.pod.path), CNI_PATH: upstreamBin }
  const env = { ...usual, PATH: process.env['PATH'] ?? '', ...variables }
  const options = { env, input: JSON.stringify(config) }
  const { status, stdout, stderr } = node.host.run(() => runProgram([join(upstreamBin, 'multus')], options))
  assert.equal(status, 0, stdout + stderr)
}

/** Holds a node to what it was before its pod came. */
export function assertReleased(node: MultusNode): void {
  assert.deepEqual(linkNames(node.pod), ['lo'])
  assert.deepEqual(reservations(node), [])
  assert.deepEqual(readdirSync(join(node.directory, 'multus'), { recursive: true }), ['results'])
}
