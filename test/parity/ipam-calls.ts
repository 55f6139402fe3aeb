// SPDX-License-Identifier: Apache-2.0

// One call of an IPAM plugin, to upstream's program and to ours.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { formatGoJson, silentLog } from '../../src/base/index.ts'
import type { JsonObject, JsonValue } from '../../src/base/index.ts'
import { CniError } from '../../src/cni/index.ts'
import type { PluginInvocation } from '../../src/cni/index.ts'
import type { Plugin } from '../../src/plugins/index.ts'
import { runPlugin } from '../../src/plugins/kit/run-plugin.ts'
import { peerDirectory, runProgram } from './libcni-peers.ts'

/** What varies between calls. */
export interface Call {
  readonly command?: PluginInvocation['command']
  readonly id?: string
  readonly ifName?: string
  readonly args?: string
  /** The whole configuration, but for what {@link ours} and {@link theirs} are given. */
  readonly config: JsonObject
}

/** What came of a call: the printed text, or code and text of the error. */
export interface Answer {
  readonly code?: JsonValue
  readonly msg?: JsonValue
  readonly output?: string
}

/** The answer of our plugin, in the text that a runtime would see. */
export async function ours(plugin: Plugin, call: Call): Promise<Answer> {
  const { command = 'ADD', id = 'abc', ifName = 'eth0', args = '', config } = call
  const attachment = { containerId: id, netns: '/nonexistent', ifName }
  const invocation = { type: plugin.name, command, ...attachment, args, path: [], config }
  const invoke = () => Promise.reject(new Error('not used'))
  try {
    const result = await runPlugin(plugin, invocation, { invoke, log: silentLog })
    return { output: result === undefined ? '' : formatGoJson(result, { indent: 4 }) }
  } catch (error) {
    assert.ok(error instanceof CniError)
    return { code: error.code, msg: error.msg }
  }
}

/** The path of upstream's program. */
export function programOf(name: string): string {
  return join(peerDirectory(name) ?? '/nonexistent', name)
}

/** The environment of a call to a program. */
export function environmentOf({ command = 'ADD', id = 'abc', ifName = 'eth0', args = '' }: Call) {
  return {
    CNI_COMMAND: command,
    CNI_CONTAINERID: id,
    CNI_NETNS: '/nonexistent',
    CNI_IFNAME: ifName,
    CNI_ARGS: args,
    CNI_PATH: '/nonexistent',
  }
}

/** The answer of upstream's program. */
export function theirs(name: string, call: Call): Answer {
  const { status, stdout } = runProgram([programOf(name)], {
    env: environmentOf(call),
    input: JSON.stringify(call.config),
  })
  if (status === 0) return { output: stdout }
  const { code, msg }: { code?: JsonValue; msg?: JsonValue } = JSON.parse(stdout)
  return { code: code ?? null, msg: msg ?? null }
}
