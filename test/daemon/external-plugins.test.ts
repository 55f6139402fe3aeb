// SPDX-License-Identifier: Apache-2.0

// Plugins that are programs of the node, many at a time: how many run, and which wait for which.

import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { checkLeaks, makeNamespace, runIn, skip as noNamespaces } from '../netns/fixture.ts'
import { buildShims, skip as noShim } from '../shim/build-shim.ts'
import { installPlugin, pathFor, startDaemon } from '../shim/real-daemon.ts'
import type { RealDaemon } from '../shim/real-daemon.ts'
import { addEnvironment, runShim } from '../shim/run-shim.ts'
import type { ShimEnd } from '../shim/run-shim.ts'

checkLeaks()

const shim = noNamespaces === false ? (buildShims()[0]?.path ?? '') : ''

interface Call {
  readonly id: string
  readonly netns: string
  readonly stdin: string
  readonly command?: string
}

function call({ id, netns, stdin, command = 'ADD' }: Call): Promise<ShimEnd> {
  const env = { ...addEnvironment, CNI_COMMAND: command, CNI_CONTAINERID: id, CNI_NETNS: netns }
  return runShim(shim, { env, stdin })
}

const result = `echo '{"cniVersion":"1.0.0","interfaces":[{"name":"x","sandbox":"/x"}]}'`

/** Writes down how many of its kind run while it does, and runs for 0.2 seconds. */
function installCounting({ directory }: RealDaemon): { counts: () => readonly number[] } {
  const [running, counts] = [join(directory, 'running'), join(directory, 'counts')]
  mkdirSync(running)
  const lines = [
    'cat >/dev/null',
    '[ "$CNI_COMMAND" = ADD ] || exit 0',
    `>"${running}/$CNI_CONTAINERID"`,
    `set -- "${running}"/*`,
    `echo $# >>"${counts}"`,
    'sleep 0.2',
    `rm "${running}/$CNI_CONTAINERID"`,
    result,
  ]
  installPlugin(directory, 'counting', lines.join('\n'))
  return { counts: () => readFileSync(counts, 'utf8').trim().split('\n').map(Number) }
}

/** Ends only once `count` of it run at the same time. */
function installMeeting({ directory }: RealDaemon, count: number): { arrived: () => readonly string[] } {
  const place = join(directory, 'meeting')
  mkdirSync(place)
  const lines = [
    'cat >/dev/null',
    `>"${place}/$CNI_COMMAND-$CNI_IFNAME"`,
    'tries=0',
    `while set -- "${place}"/$CNI_COMMAND-*; [ $# -lt ${count} ]; do`,
    '  [ $tries -lt 500 ] || exit 1',
    '  sleep 0.02; tries=$((tries + 1))',
    'done',
    `[ "$CNI_COMMAND" = DEL ] || ${result}`,
  ]
  installPlugin(directory, 'meeting', lines.join('\n'))
  return { arrived: () => readdirSync(place) }
}

const network = (type: string, name: string): object => ({ cniVersion: '1.0.0', name, type })

describe('plugins that are programs', { skip: noShim || noNamespaces }, () => {
  test('never run in a larger number than may, and 250 requests at once all succeed', async (t) => {
    const daemon = await startDaemon(t, { externalPluginLimit: 12, logLevel: 'error' })
    const { counts } = installCounting(daemon)
    const netns = pathFor(makeNamespace(t))
    const stdin = daemon.config([network('counting', 'net')])
    const ids = Array.from({ length: 250 }, (_, index) => `c${index}`)
    const ends = await Promise.all(ids.map((id) => call({ id, netns, stdin })))
    assert.deepEqual(
      ends.filter(({ status }) => status !== 0),
      [],
    )
    assert.equal(counts().length, 250)
    // What the shell sees is the directory: another one may have ended and not be gone from it.
    assert.equal(Math.max(...counts()), 12)
  })

  test('of one pod run at the same time, at ADD and at DEL', async (t) => {
    const daemon = await startDaemon(t)
    const { arrived } = installMeeting(daemon, 16)
    installPlugin(daemon.directory, 'quick', `cat >/dev/null\n${result}`)
    const netns = pathFor(makeNamespace(t))
    const networks = Array.from({ length: 16 }, (_, index) => network('meeting', `net${index}`))
    const stdin = daemon.config([network('quick', 'default-net'), ...networks])
    for (const command of ['ADD', 'DEL']) {
      const { status, stdout } = await call({ id: 'c1', netns, stdin, command })
      assert.equal(status, 0, stdout)
    }
    assert.equal(arrived().length, 32)
  })

  test('that run another one through the shim do not wait for a turn which they hold themselves', async (t) => {
    const daemon = await startDaemon(t, { externalPluginLimit: 1 })
    const { directory } = daemon
    installPlugin(
      directory,
      'addresses',
      `cat >/dev/null\necho '{"cniVersion":"1.0.0","ips":[{"address":"10.9.0.2/24"}]}'`,
    )
    // As flannel does: it runs a bundled plugin under its name, whose addresses come from another program.
    const inner = {
      cniVersion: '1.0.0',
      name: 'net',
      type: 'macvlan',
      master: 'card',
      ipam: { type: 'addresses' },
    }
    const stdin = JSON.stringify({ ...inner, daemonSocketDir: join(directory, 'run') })
    symlinkSync(shim, join(directory, 'bin/macvlan'))
    installPlugin(directory, 'outer', `exec "${directory}/bin/macvlan" <<'END'\n${stdin}\nEND`)
    const pod = makeNamespace(t)
    const end = await call({ id: 'c1', netns: pathFor(pod), stdin: daemon.config([network('outer', 'net')]) })
    assert.equal(end.status, 0, end.stdout)
    assert.match(runIn(pod, 'ip', '-brief', 'address', 'show', 'dev', 'eth0'), / 10\.9\.0\.2\/24 /)
  })
})
