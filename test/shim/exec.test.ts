// SPDX-License-Identifier: Apache-2.0

// Programs that the shim runs on its host for the daemon. The witnesses are the programs themselves and /proc.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { waitFor } from '../../src/base/index.ts'
import { buildShims, skip } from './build-shim.ts'
import { playSession, program } from './play-session.ts'

function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false // gone
  }
}

/** The process ids of the shim's children, dead ones that were not reaped among them. */
function childrenOf(pid: number | undefined): string {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim()
}

async function pidIn(file: string): Promise<number> {
  const read = (): number => (existsSync(file) ? Number(readFileSync(file, 'latin1')) : 0)
  return waitFor(read, { timeoutMs: 10_000, what: file })
}

const endsSoon = { timeoutMs: 5000, what: 'the process to end' } as const

for (const shim of buildShims()) {
  describe(`${shim.name} runs programs on its host`, { skip }, () => {
    test('with their input and variables, and gives back what they print and how they end', async (t) => {
      const session = await playSession(t, shim.path, {
        PATH: '/bin:/usr/bin',
        HOSTS_OWN: 'kept',
        CNI_ODD: 'dropped',
      })
      const file = session.install(
        'calico',
        'echo "$HOSTS_OWN/$CNI_ODD/$CNI_COMMAND/$TRACEPARENT/$1"; cat; echo oops >&2; exit 3',
      )
      const env = { CNI_COMMAND: 'DEL', TRACEPARENT: '00-1', PATH: '/of/the/daemon', CNI_ARGS: 'a=b=c' }
      const outcome = await session.host.run(program(file, { args: ['word'], env, input: 'ü\0input' }))
      assert.deepEqual(outcome, {
        stdout: 'kept//DEL/00-1/word\nü\0input',
        stderr: 'oops\n',
        failure: 'exit status 3',
      })
      assert.equal((await session.finish()).stdout, 'done')
    })

    test('with nothing of the trace of its own call, for the program may be of another', async (t) => {
      const trace = { TRACEPARENT: '00-own', TRACESTATE: 'own=1', BAGGAGE: 'own' }
      const session = await playSession(t, shim.path, trace)
      const file = session.install('calico', 'echo "$TRACEPARENT/$TRACESTATE/$BAGGAGE"')
      const env = { TRACEPARENT: '00-other' }
      assert.equal((await session.host.run(program(file, { env }))).stdout, '00-other//\n')
      await session.finish()
    })

    test('and takes nothing of its own state into them', async (t) => {
      const session = await playSession(t, shim.path, { PATH: '/bin:/usr/bin' })
      const script = `ls /proc/self/fd | tr "\\n" " "; echo; grep -E "^Sig(Blk|Ign)" /proc/self/status`
      const { stdout } = await session.host.run(program(session.install('look', script)))
      const bare = spawnSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).stdout
      const [fds, ...masks] = stdout.trim().split('\n')
      assert.equal(fds, bare.split('\n')[0], 'the same as without a shim')
      const signals = masks.map((line) => BigInt(`0x${line.split(/\s+/)[1]}`) & 0x11000n)
      assert.deepEqual(signals, [0n, 0n], 'SIGPIPE and SIGCHLD')
      await session.finish()
    })

    test('names the signal that ended one', async (t) => {
      const session = await playSession(t, shim.path)
      const outcome = await session.host.run(program(session.install('dies', 'kill -SEGV $$')))
      assert.deepEqual(outcome, { stdout: '', stderr: '', failure: 'signal: segmentation fault' })
      await session.finish()
    })

    test('16 at the same time, and the others after them', async (t) => {
      const session = await playSession(t, shim.path, { PATH: '/bin:/usr/bin' })
      const script =
        'echo >"$0.$CNI_ARGS"; n=$(ls "$0".* | wc -l); until [ -e "$0.go" ]; do sleep 0.05; done; echo $n $CNI_ARGS'
      const file = session.install('waits', script)
      const runs = Array.from({ length: 40 }, async (_, index) =>
        session.host.run(program(file, { env: { CNI_ARGS: String(index) } })),
      )
      await waitFor(() => existsSync(`${file}.15`), { timeoutMs: 20_000, what: 'the 16th program' })
      assert.equal(childrenOf(session.shim.pid).split(' ').length, 16)
      assert.ok(!existsSync(`${file}.16`))
      writeFileSync(`${file}.go`, '')
      const outcomes = await Promise.all(runs)
      assert.deepEqual(
        outcomes.map(({ stdout }) => stdout.trim().split(' ')[1]),
        Array.from({ length: 40 }, (_, index) => String(index)),
      )
      await session.finish()
    })

    test('that do not read their input', async (t) => {
      const session = await playSession(t, shim.path)
      const input = 'x'.repeat(8_000_000)
      const outcome = await session.host.run(program(session.install('deaf', 'echo ok'), { input }))
      assert.deepEqual(outcome, { stdout: 'ok\n', stderr: '' })
      await session.finish()
    })

    test('and passes 8 MB in and 4 MB out', async (t) => {
      const session = await playSession(t, shim.path, { PATH: '/bin:/usr/bin' })
      const file = session.install('count', 'wc -c; head -c 4000000 /dev/zero')
      const { stdout } = await session.host.run(program(file, { input: 'x'.repeat(8_000_000) }))
      assert.equal(stdout, `8000000\n${'\0'.repeat(4_000_000)}`)
      await session.finish()
    })

    test('ends one that prints 10 MiB, and keeps only the beginning of what goes to standard error', async (t) => {
      const session = await playSession(t, shim.path, { PATH: '/bin:/usr/bin' })
      const loud = await session.host.run(
        program(session.install('loud', 'head -c 10485760 /dev/zero; sleep 60')),
      )
      assert.deepEqual([loud.killed, loud.failure], ['output', 'signal: killed'])
      const chatty = await session.host.run(
        program(session.install('chatty', 'head -c 10485760 /dev/zero >&2')),
      )
      assert.deepEqual([chatty.stderr.length, chatty.failure], [65_536, undefined])
      await session.finish()
    })

    test('ends one at its deadline with all that it has started, and reaps it', async (t) => {
      const session = await playSession(t, shim.path, { PATH: '/bin:/usr/bin' })
      const file = session.install('slow', 'sleep 60 & echo $! >"$0.pid"; wait')
      const outcome = await session.host.run(program(file, { limits: { timeoutMs: 1500 } }))
      assert.deepEqual([outcome.killed, outcome.failure], ['deadline', 'signal: killed'])
      const sleeper = await pidIn(`${file}.pid`)
      await waitFor(() => !isAlive(sleeper), endsSoon)
      assert.equal(childrenOf(session.shim.pid), '')
      await session.finish()
    })

    test('ends one that nobody wants any more', async (t) => {
      const session = await playSession(t, shim.path, { PATH: '/bin:/usr/bin' })
      const file = session.install('slow', 'echo $$ >"$0.pid"; exec sleep 60')
      const caller = new AbortController()
      const running = session.host.run(program(file, { signal: caller.signal }))
      const pid = await pidIn(`${file}.pid`)
      caller.abort()
      assert.equal((await running).killed, 'signal')
      assert.ok(!isAlive(pid))
      await session.finish()
    })

    test('does not wait for a background child that holds the output open, and lets it live', async (t) => {
      const session = await playSession(t, shim.path, { PATH: '/bin:/usr/bin' })
      const file = session.install('starts', 'sleep 30 & echo $! >"$0.pid"; echo started')
      const startedMs = performance.now()
      const outcome = await session.host.run(program(file))
      assert.deepEqual([outcome.stdout, outcome.failure], ['started\n', undefined])
      assert.ok(performance.now() - startedMs < 5000)
      assert.equal((await session.finish()).status, 0)
      const pid = await pidIn(`${file}.pid`)
      assert.ok(isAlive(pid))
      process.kill(pid, 'SIGKILL')
    })

    test('ends and reaps them when the daemon dies, and answers "try again later"', async (t) => {
      const session = await playSession(t, shim.path, { PATH: '/bin:/usr/bin' })
      const files = ['one', 'two'].map((name) => session.install(name, 'echo $$ >"$0.pid"; exec sleep 60'))
      const running = files.map((file) =>
        assert.rejects(session.host.run(program(file)), { id: 'daemon/host-gone' }),
      )
      const pids = await Promise.all(files.map((file) => pidIn(`${file}.pid`)))
      session.socket.destroy()
      await Promise.all(running)
      const { status, stdout } = await session.ended
      assert.deepEqual([status, JSON.parse(stdout).code], [1, 11])
      assert.ok(!pids.some(isAlive))
    })

    test('ends what still runs when the answer comes', async (t) => {
      const session = await playSession(t, shim.path, { PATH: '/bin:/usr/bin' })
      const file = session.install('slow', 'echo $$ >"$0.pid"; exec sleep 60')
      const running = assert.rejects(session.host.run(program(file)), { id: 'daemon/host-gone' })
      const pid = await pidIn(`${file}.pid`)
      assert.equal((await session.finish()).stdout, 'done')
      assert.ok(!isAlive(pid))
      await running
    })

    test('takes them along when the runtime kills it', async (t) => {
      const session = await playSession(t, shim.path, { PATH: '/bin:/usr/bin' })
      const file = session.install('slow', 'echo $$ >"$0.pid"; exec sleep 60')
      const running = assert.rejects(session.host.run(program(file)), { id: 'daemon/host-gone' })
      const pid = await pidIn(`${file}.pid`)
      session.shim.kill('SIGKILL')
      await waitFor(() => !isAlive(pid), endsSoon)
      await running
    })

    test('says why one cannot be started', async (t) => {
      const session = await playSession(t, shim.path)
      const broken = join(session.bin, 'broken')
      writeFileSync(broken, 'no program', { mode: 0o755 })
      assert.deepEqual(await session.host.run(program(broken)), {
        stdout: '',
        stderr: '',
        failure: `fork/exec ${broken}: exec format error`,
        busy: false,
      })
      await session.finish()
    })

    test('says that one is being written, so that it is tried again', async (t) => {
      const session = await playSession(t, shim.path)
      const busy = join(session.bin, 'busy')
      copyFileSync('/bin/true', busy)
      const writer = openSync(busy, 'r+')
      assert.equal((await session.host.run(program(busy))).busy, true)
      closeSync(writer)
      assert.deepEqual(await session.host.run(program(busy)), { stdout: '', stderr: '' })
      await session.finish()
    })

    test('only if they are executable files directly inside a directory of CNI_PATH', async (t) => {
      const session = await playSession(t, shim.path)
      const { bin, host } = session
      const inside = session.install('plugin', 'echo ran')
      mkdirSync(join(bin, 'folder'))
      writeFileSync(join(bin, 'folder/plugin'), '#!/bin/sh\n', { mode: 0o755 })
      writeFileSync(join(bin, 'text'), 'x')
      chmodSync(join(bin, 'text'), 0o644)
      linkSync(shim.path, join(bin, 'macvlan'))
      symlinkSync('/bin/echo', join(bin, 'link'))
      const refused: readonly (readonly [string, string])[] = [
        ['/bin/sh', 'it is not directly inside a directory of CNI_PATH'],
        [join(bin, 'folder/plugin'), 'it is not directly inside a directory of CNI_PATH'],
        [`${bin}/../bin/plugin`, 'it is not directly inside a directory of CNI_PATH'],
        [`${bin}/..`, 'it is not the path of a file'],
        ['plugin', 'it is not the path of a file'],
        [join(bin, 'folder'), 'it is not a regular file'],
        [join(bin, 'text'), 'it is not executable'],
        [join(bin, 'none'), 'there is no such file'],
        [join(bin, 'macvlan'), 'it is this shim under another name'],
      ]
      for (const [file, reason] of refused) {
        await assert.rejects(host.run(program(file)), {
          id: 'daemon/host-refused',
          message: `Cannot run ${file} on the host: the shim refuses it: ${reason}`,
        })
      }
      assert.equal((await host.run(program(inside))).stdout, 'ran\n')
      assert.equal((await host.run(program(join(bin, 'link'), { args: ['linked'] }))).stdout, 'linked\n')
      await session.finish()
    })

    test('and finds them there', async (t) => {
      const session = await playSession(t, shim.path, {})
      const { bin, host } = session
      session.install('calico', '')
      writeFileSync(join(bin, 'text'), 'x')
      linkSync(shim.path, join(bin, 'macvlan'))
      mkdirSync(join(bin, 'folder'))
      const found = await Promise.all(
        ['calico', 'text', 'macvlan', 'folder', 'none', '', '.', '..', '../bin/calico', '/bin/sh'].map(
          (name) => host.find(name),
        ),
      )
      assert.deepEqual(found, [[bin], [], [], [], [], [], [], [], [], []])
      await session.finish()
    })

    test('and lists all directories that hold one, in the order of CNI_PATH', async (t) => {
      const session = await playSession(t, shim.path, { CNI_PATH: '/bin/:relative::/usr/bin:/sbin:/bin' })
      assert.deepEqual(await session.host.find('sh'), ['/bin/', '/usr/bin', '/bin'])
      assert.equal((await session.host.run(program('/bin//sh', { args: ['-c', 'echo ok'] }))).stdout, 'ok\n')
      await session.finish()
    })
  })
}
