// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { createServer } from 'node:net'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { memfdCreate, peerCredentials, setns, socket } from './libc.ts'

const [AF_UNIX, SOCK_STREAM, AF_INET] = [1, 1, 2]

test('peerCredentials() says who connected', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'plait-libc-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'socket')
  const accepted = Promise.withResolvers<Socket>()
  const server = createServer(accepted.resolve).listen(path)
  t.after(() => server.close())
  await once(server, 'listening')
  const script = 'require("net").connect(process.argv[1]).on("end", () => process.exit())'
  const child = spawn(process.execPath, ['-e', script, path])
  const connection = await accepted.promise
  const handle: unknown = Reflect.get(connection, '_handle')
  assert.ok(typeof handle === 'object' && handle !== null && 'fd' in handle && typeof handle.fd === 'number')
  assert.deepEqual(peerCredentials(handle.fd), {
    pid: child.pid,
    uid: process.getuid?.(),
    gid: process.getgid?.(),
  })
  connection.end()
  await once(child, 'exit')
})

test('peerCredentials() refuses a descriptor that is no socket', () => {
  const fd = memfdCreate('plait-test')
  assert.throws(() => peerCredentials(fd), {
    code: 'ENOTSOCK',
    message: 'getsockopt: socket operation on non-socket',
  })
  closeSync(fd)
})

test('peerCredentials() gives zeros for a socket that nobody connected', () => {
  const fd = socket(AF_UNIX, SOCK_STREAM, 0)
  assert.equal(peerCredentials(fd).pid, 0)
  closeSync(fd)
})

test('memfdCreate() gives a file that keeps what is written', () => {
  const fd = memfdCreate('plait-test')
  writeSync(fd, 'text', 0)
  assert.equal(readFileSync(`/proc/self/fd/${fd}`, 'utf8'), 'text')
  closeSync(fd)
})

test('system calls fail with the text of Go', () => {
  assert.throws(() => setns(-1, 0), {
    message: 'setns: bad file descriptor',
    code: 'EBADF',
    id: 'net/kernel-refused',
  })
  assert.throws(() => socket(AF_INET, 99, 0), { code: 'EINVAL' })
})
