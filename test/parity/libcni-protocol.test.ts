// SPDX-License-Identifier: Apache-2.0

// The same environment and standard input for one of upstream's plugins and for our reading of them: the errors that
// they print must be the same bytes.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import {
  formatCniError,
  formatVersionInfo,
  parsePrevResult,
  parseStdinConfig,
  readCniEnvironment,
  readConfigVersion,
  requireVersion,
  selectCniArgs,
  supportedVersions,
  toCniError,
} from '../../src/cni/index.ts'
import { peerDirectory, runProgram, withoutPeers } from './libcni-peers.ts'

const peers = peerDirectory('host-local') ?? ''
const scratch = mkdtempSync(join(tmpdir(), 'plait-peers-'))
after(() => rmSync(scratch, { recursive: true }))

type Environment = Readonly<Record<string, string>>

const environment: Environment = {
  CNI_COMMAND: 'ADD',
  CNI_CONTAINERID: 'c1',
  CNI_NETNS: '/nowhere',
  CNI_IFNAME: 'eth0',
  CNI_PATH: '/nowhere',
}
const config = {
  cniVersion: '1.1.0',
  name: 'net',
  type: 'host-local',
  ipam: { type: 'host-local', subnet: '10.7.0.0/24', dataDir: scratch },
}

/** What a plugin prints that reads its request with the room's functions, in the order of upstream's dispatcher. */
function ourAnswer(env: Environment, stdin: string): string {
  try {
    const { command, args } = readCniEnvironment(env)
    if (command === 'VERSION') return formatVersionInfo(supportedVersions)
    const request = parseStdinConfig(stdin)
    const version = readConfigVersion(request)
    requireVersion(command, version, supportedVersions)
    if (command === 'ADD') selectCniArgs(args, ['IP'])
    if (command === 'CHECK') parsePrevResult(request, version)
    return ''
  } catch (error) {
    return formatCniError(toCniError(error))
  }
}

function upstreamAnswer(env: Environment, stdin: string): string {
  const { stdout } = runProgram([join(peers, 'host-local')], { env, input: stdin })
  // A result means that the request was taken.
  return /^\{\s+"(cniVersion|ips)"/.test(stdout) ? '' : stdout
}

function same(name: string, env: Environment, stdin: string = JSON.stringify(config)): void {
  test(name, () => assert.equal(ourAnswer(env, stdin), upstreamAnswer(env, stdin)))
}

describe('requests are refused as upstream refuses them', { skip: withoutPeers('host-local') }, () => {
  for (const command of ['ADD', 'DEL', 'CHECK', 'GC', 'STATUS', 'VERSION']) {
    const env = { ...environment, CNI_COMMAND: command }
    for (const name of Object.keys(environment).filter((each) => each !== 'CNI_COMMAND')) {
      same(`${command} without ${name}`, { ...env, [name]: '' })
    }
    // CHECK of an address that was never allocated fails in the plugin itself.
    if (command !== 'CHECK') same(`${command} with everything`, env)
    same(`${command} with nothing`, { CNI_COMMAND: command })
  }
  same('an unknown command', { ...environment, CNI_COMMAND: 'NOPE' })
  for (const id of ['1234%%%', '-a', 'a b', '../a', 'ä']) {
    same(`container id ${id}`, { ...environment, CNI_CONTAINERID: id })
  }
  for (const ifName of [
    '1234567890123456',
    '.',
    '..',
    'a/b',
    'a:b',
    'a b',
    'a\tb',
    'a\u00A0b',
    'a\u2003b',
    'ü',
  ]) {
    same(`interface name ${JSON.stringify(ifName)}`, { ...environment, CNI_IFNAME: ifName })
  }
  for (const stdin of [
    '',
    '{}',
    '{"name":""}',
    '{"name":"te%%st"}',
    '{"name":"../x"}',
    '{"NAME":"te%%st"}',
  ]) {
    same(`standard input ${stdin || 'empty'}`, environment, stdin)
  }
  for (const version of ['9.9.9', '1', '0.3', '1.0.0-rc1']) {
    same(`version ${version}`, environment, JSON.stringify({ ...config, cniVersion: version }))
  }
  for (const [command, version] of [
    ['CHECK', '0.3.1'],
    ['CHECK', ''],
    ['GC', '1.0.0'],
    ['STATUS', '0.4.0'],
  ] as const) {
    const env = { ...environment, CNI_COMMAND: command }
    same(
      `${command} of version ${version || 'none'}`,
      env,
      JSON.stringify({ ...config, cniVersion: version }),
    )
  }
  for (const args of [
    'A',
    'A=1;',
    'A=1=2',
    'NEW=1;OTHER=<&>',
    'IgnoreUnknown=maybe',
    'ip=10.7.0.9',
    'A="\u0001é"',
  ]) {
    same(`arguments ${JSON.stringify(args)}`, { ...environment, CNI_ARGS: args, CNI_CONTAINERID: 'args' })
  }
  same('unknown arguments that are to be ignored', {
    ...environment,
    CNI_CONTAINERID: 'ignored',
    CNI_ARGS: 'IgnoreUnknown=TRUE;NEW=1',
  })
})
