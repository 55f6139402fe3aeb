// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createLog, silentLog } from '../../base/index.ts'
import { ask, exchange, ok, startServer, temporaryDirectory, upgrade } from './fakes/started-server.ts'
import { SocketFile } from './socket-file.ts'

describe('SocketServer.start()', () => {
  test('makes a directory and a socket for their owner only', async (context) => {
    const { server, directory } = await startServer(context, ok)
    assert.equal(lstatSync(directory).mode & 0o777, 0o700)
    assert.equal(lstatSync(server.path).mode & 0o777, 0o600)
    assert.deepEqual(readdirSync(directory), ['multus.sock'])
  })

  test('refuses a directory where others may write, and leaves nothing in it', async (context) => {
    const directory = temporaryDirectory(context)
    chmodSync(directory, 0o1777)
    await assert.rejects(startServer(context, ok, { directory }), {
      id: 'daemon/socket-unsafe',
      message: `Cannot put the socket into ${directory}: its mode is 1777, so that others may write there; choose another "socketDir" or give it to root with mode 0700`,
    })
    assert.deepEqual(readdirSync(directory), [])
  })

  test('does not take the place of a file that is no socket', async (context) => {
    const directory = temporaryDirectory(context)
    writeFileSync(join(directory, 'multus.sock'), 'data')
    await assert.rejects(startServer(context, ok, { directory }), { id: 'daemon/socket-failed' })
  })

  test('listens no more when the socket cannot get its name', async (context) => {
    const directory = temporaryDirectory(context)
    const server = createServer()
    server.once('listening', () => mkdirSync(join(directory, 'multus.sock')))
    const options = { directory, log: silentLog, takeoverMs: 0 }
    await assert.rejects(SocketFile.listen(server, options), { id: 'daemon/socket-failed' })
    assert.equal(server.listening, false)
    assert.deepEqual(readdirSync(directory), ['multus.sock'])
  })

  test('says that a path is too long', async (context) => {
    const directory = `/tmp/${'x'.repeat(100)}`
    await assert.rejects(startServer(context, ok, { directory }), { message: /at most 107 bytes/ })
    assert.equal(existsSync(directory), false)
  })

  test('removes what a daemon left that died before its socket had its name', async (context) => {
    const directory = temporaryDirectory(context)
    writeFileSync(join(directory, '.0123abcd.sock'), '')
    await startServer(context, ok, { directory })
    assert.deepEqual(readdirSync(directory), ['multus.sock'])
  })
})

describe('a directory that a symbolic link leads to', () => {
  test('is taken when only its owner may write there', async (context) => {
    const temporary = temporaryDirectory(context)
    mkdirSync(join(temporary, 'real'), { mode: 0o700 })
    symlinkSync('real', join(temporary, 'link'))
    await startServer(context, ok, { directory: join(temporary, 'link/') })
    assert.deepEqual(readdirSync(join(temporary, 'real')), ['multus.sock'])
  })

  test('is refused when others may write there', async (context) => {
    const temporary = temporaryDirectory(context)
    const directory = join(temporary, 'link')
    mkdirSync(join(temporary, 'open'))
    chmodSync(join(temporary, 'open'), 0o777)
    symlinkSync('open', directory)
    await assert.rejects(startServer(context, ok, { directory: `${directory}/` }), {
      id: 'daemon/socket-unsafe',
      message: `Cannot put the socket into ${directory}: the mode of where it leads is 777, so that others may write there; choose another "socketDir" or give it to root with mode 0700`,
    })
    assert.deepEqual(readdirSync(join(temporary, 'open')), [])
  })
})

describe('two servers for one directory', () => {
  test('the second waits for the first, says for whom, and gives up', async (context) => {
    const lines: string[] = []
    const log = createLog({ level: 'warn', destination: { write: (line) => void lines.push(line) } })
    const { server, directory } = await startServer(context, ok)
    const second = startServer(context, ok, { directory, log, limits: { takeoverMs: 20 } })
    const holder = `the daemon with process id ${process.pid}`
    await assert.rejects(second, {
      id: 'daemon/socket-owned',
      message: `Cannot take over ${server.path}: ${holder} answers there, and has not begun to stop within 0.02 s; stop it, or choose another "socketDir"`,
    })
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', new RegExp(`"holder":"${holder}","msg":"another daemon has the socket`))
    assert.equal((await ask(server.path, 'GET', '/healthz')).status, 200)
  })

  test('the second takes over as soon as the first hands over, whose end does not take its socket away', async (context) => {
    const first = await startServer(context, ok)
    const starting = startServer(context, ok, { directory: first.directory })
    await first.dispatcher.stop({ drainMs: 0, undoMs: 0 })
    first.server.handOver()
    const second = await starting
    await first.server.close()
    assert.equal((await ask(second.server.path, 'GET', '/readyz')).status, 200)
    await second.server.close()
    assert.deepEqual(readdirSync(first.directory), [])
  })

  test('the first still tells callers to try again while there is no second', async (context) => {
    const { server, dispatcher, directory } = await startServer(context, ok)
    server.handOver()
    await dispatcher.stop({ drainMs: 0, undoMs: 0 })
    assert.match(await exchange(server.path, upgrade), /^HTTP\/1\.1 503 /)
    await server.close()
    assert.deepEqual(readdirSync(directory), [])
  })

  test('a start that waits ends with its signal', async (context) => {
    const { directory } = await startServer(context, ok)
    const stop = new AbortController()
    const starting = startServer(context, ok, { directory, signal: stop.signal })
    stop.abort(new Error('told to stop'))
    await assert.rejects(starting, { message: 'told to stop' })
  })

  test('a server whose directory was deleted ends all the same', async (context) => {
    const { server, directory } = await startServer(context, ok)
    server.handOver()
    rmSync(directory, { recursive: true })
    await server.close()
    assert.equal(existsSync(directory), false)
  })
})
