// SPDX-License-Identifier: Apache-2.0

// What the shim answers without a daemon. The witness is upstream's shim.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { loadPlugins } from '../../src/plugins/index.ts'
import { buildShims, skip } from './build-shim.ts'
import { addEnvironment as add, runShim } from './run-shim.ts'
import { alike, network, readUpstreamAnswers } from './upstream-cases.ts'
import type { ShimRun } from './run-shim.ts'

const upstream = join(process.env.PLAIT_PEERS ?? '/nowhere', 'bin/multus-shim')
const noUpstream = existsSync(upstream) ? false : `upstream's shim is not built (PLAIT_PEERS)`
// Where the shim says it in its own words.
const answered: readonly (readonly [string, ShimRun, number, string])[] = [
  ['a list', { env: add, stdin: '[]' }, 6, 'error unmarshall network config: it is not a JSON object'],
  [
    'a socket directory that is a number',
    { env: add, stdin: '{"name":"n","daemonSocketDir":5}' },
    7,
    'invalid CNI configuration passed to multus-shim: daemonSocketDir must be a string, and is a JSON number',
  ],
  [
    'a socket directory that is too long',
    { env: add, stdin: `{"name":"n","daemonSocketDir":"/${'x'.repeat(97)}"}` },
    7,
    `invalid CNI configuration passed to multus-shim: /${'x'.repeat(97)}/multus.sock is longer than the 107 bytes of a socket's path; choose a shorter daemonSocketDir`,
  ],
  [
    'a socket directory with a NUL',
    { env: add, stdin: String.raw`{"name":"n","daemonSocketDir":"/a\u0000b"}` },
    7,
    'invalid CNI configuration passed to multus-shim: daemonSocketDir is not a path of at most 107 bytes',
  ],
  [
    '10 MB of input',
    { env: add, stdin: `{"name":"n","x":"${'x'.repeat(10_000_000)}"}` },
    7,
    'Cannot read the network configuration: there are more than 8388608 bytes on stdin; make it smaller',
  ],
  [
    'a wait that is no number',
    { env: { ...add, PLAIT_SHIM_WAIT_SECONDS: '1s' }, stdin: network },
    4,
    'Cannot use PLAIT_SHIM_WAIT_SECONDS: it is "1s"; set it to a number of seconds from 0 to 3600',
  ],
  [
    'a byte that is no UTF-8',
    { env: { ...add, CNI_COMMAND: 'F\u00fc' }, stdin: network },
    4,
    'unknown CNI_COMMAND: F\ufffd\ufffd',
  ],
]

const recorded = readUpstreamAnswers()

test(
  'the recorded answers are those of the shim that is built from upstream',
  { skip: noUpstream },
  async () => {
    for (const [what, run] of alike) {
      const { status, stdout, stderr } = await runShim(upstream, run)
      assert.deepEqual({ status, stdout, stderr }, recorded[what], what)
    }
  },
)

for (const shim of buildShims()) {
  describe(`${shim.name} without a daemon`, { skip }, () => {
    for (const [what, run] of alike) {
      test(`answers ${what} as upstream's shim does`, async () => {
        const { status, stdout, stderr } = await runShim(shim.path, run)
        assert.deepEqual({ status, stdout, stderr }, recorded[what])
      })
    }

    for (const [what, run, code, msg] of answered) {
      test(`answers ${what} with one CNI error`, async () => {
        const { status, stdout, stderr } = await runShim(shim.path, run)
        assert.deepEqual(JSON.parse(stdout), { code, msg })
        assert.equal(status, 1)
        assert.equal(stderr, '')
      })
    }

    test('prints its version for -v, --v, -version and --version', async () => {
      for (const flag of ['-v', '--v', '-version', '--version']) {
        const { status, stdout } = await runShim(shim.path, { args: [flag] })
        assert.match(stdout, /^multus-shim: version:\S+\(plait\), commit:.*, date:.*\n$/)
        assert.equal(status, 0)
      }
    })

    test('refuses other flags with its usage', async () => {
      const { status, stdout, stderr } = await runShim(shim.path, { args: ['-x'] })
      assert.deepEqual([status, stdout], [2, ''])
      assert.match(stderr, /^flag provided but not defined: -x\nUsage of multus-shim:/)
    })

    test('names the versions of each bundled plugin as the plugin does', async () => {
      for (const { name, supportedVersions } of (await loadPlugins()).values()) {
        const { stdout } = await runShim(shim.path, { argv0: name, env: { CNI_COMMAND: 'VERSION' } })
        assert.deepEqual(JSON.parse(stdout).supportedVersions, supportedVersions, name)
      }
    })

    test('speaks for the plugin whose name it has', async () => {
      const version = { CNI_COMMAND: 'VERSION' }
      const { stdout } = await runShim(shim.path, { argv0: '/opt/cni/bin/firewall', env: version })
      assert.deepEqual(JSON.parse(stdout).supportedVersions, ['0.4.0', '1.0.0', '1.1.0'])
      const about = await runShim(shim.path, { argv0: 'macvlan' })
      assert.match(
        about.stderr,
        /^CNI macvlan plugin \(plait \S+\)\nCNI protocol versions supported: 0\.1\.0, /,
      )
      const old = await runShim(shim.path, {
        argv0: 'vrf',
        env: add,
        stdin: '{"name":"n","cniVersion":"0.2.0"}',
      })
      assert.match(old.stdout, /"code": 1,/)
    })
  })
}
