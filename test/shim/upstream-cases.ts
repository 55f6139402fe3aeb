// SPDX-License-Identifier: Apache-2.0

// Calls that end before any daemon is asked, and upstream's answers to them, recorded from multus-shim v4.3.0 in
// test/fixtures/shim/upstream-answers.json.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { root } from './build-shim.ts'
import { addEnvironment } from './run-shim.ts'
import type { ShimRun } from './run-shim.ts'

const add = addEnvironment

/** A configuration that nothing is wrong with. */
export const network = '{"cniVersion":"1.0.0","name":"n","type":"multus-shim"}'

function without(...names: string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(add).filter(([name]) => !names.includes(name)))
}

/** Both shims must answer these alike, byte for byte. */
export const alike: readonly (readonly [string, ShimRun])[] = [
  ['no command', {}],
  ['VERSION', { env: { CNI_COMMAND: 'VERSION' }, stdin: 'not read' }],
  ['ADD without any variable', { env: { CNI_COMMAND: 'ADD' }, stdin: network }],
  ['ADD without CNI_NETNS', { env: without('CNI_NETNS'), stdin: network }],
  [
    'DEL without CNI_IFNAME and CNI_PATH',
    { env: { ...without('CNI_IFNAME', 'CNI_PATH'), CNI_COMMAND: 'DEL' } },
  ],
  ['STATUS without CNI_PATH', { env: { CNI_COMMAND: 'STATUS' }, stdin: network }],
  ['an empty variable', { env: { ...add, CNI_PATH: '' }, stdin: network }],
  ['a container id with a slash', { env: { ...add, CNI_CONTAINERID: '../x' }, stdin: network }],
  ['a container id that begins with a dot', { env: { ...add, CNI_CONTAINERID: '.x' }, stdin: network }],
  ['an interface name of 16 bytes', { env: { ...add, CNI_IFNAME: '0123456789abcdef' }, stdin: network }],
  ['an interface name with a colon', { env: { ...add, CNI_IFNAME: 'a:b' }, stdin: network }],
  ['the interface name ".."', { env: { ...add, CNI_IFNAME: '..' }, stdin: network }],
  ['empty input', { env: add }],
  ['blank input', { env: add, stdin: ' \n\t' }],
  ['text', { env: add, stdin: 'hello' }],
  ['input that is cut in a string', { env: add, stdin: '{"name":"n' }],
  ['input that is cut after a key', { env: add, stdin: '{"name"' }],
  ['input that is cut in a list', { env: add, stdin: '{"name":"n","a":[1,{"b":' }],
  ['a key without quotes', { env: add, stdin: '{name:"n"}' }],
  ['a comma at the end', { env: add, stdin: '{"name":"n", }' }],
  ['no comma between members', { env: add, stdin: '{"name":"n" "a":1}' }],
  ['no colon', { env: add, stdin: '{"name" "n"}' }],
  ['no value', { env: add, stdin: '{"name":}' }],
  ['a second value', { env: add, stdin: `${network} {}` }],
  ['a quote as first character', { env: add, stdin: "'" }],
  ['no name', { env: add, stdin: '{"cniVersion":"1.0.0"}' }],
  ['an empty name', { env: add, stdin: '{"name":""}' }],
  ['a name with a slash', { env: add, stdin: '{"name":"a/b"}' }],
  ['the name null', { env: add, stdin: '{"name":null}' }],
  ['an unknown command', { env: { ...add, CNI_COMMAND: 'FLY' }, stdin: network }],
  ['an unknown command without anything else', { env: { CNI_COMMAND: 'FLY' }, stdin: network }],
  ['an unknown version', { env: add, stdin: '{"name":"n","cniVersion":"9.9.9"}' }],
  ['a version with markup', { env: add, stdin: '{"name":"n","cniVersion":"<&>"}' }],
  ['a version that is a number', { env: add, stdin: '{"name":"n","cniVersion":1}' }],
  [
    'CHECK with an old version',
    { env: { ...add, CNI_COMMAND: 'CHECK' }, stdin: '{"name":"n","cniVersion":"0.3.1"}' },
  ],
  ['STATUS with an old version', { env: { ...add, CNI_COMMAND: 'STATUS' }, stdin: network }],
  ['GC without version', { env: { ...add, CNI_COMMAND: 'GC' }, stdin: '{"name":"n"}' }],
]

const answers = v.record(v.string(), v.object({ status: v.number(), stdout: v.string(), stderr: v.string() }))

/** What upstream's shim answered, by the name of the case. */
export function readUpstreamAnswers(): v.InferOutput<typeof answers> {
  const path = join(root, 'test/fixtures/shim/upstream-answers.json')
  return v.parse(answers, JSON.parse(readFileSync(path, 'utf8')))
}
