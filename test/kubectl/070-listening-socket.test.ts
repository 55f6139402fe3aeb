// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { waitFor } from '../../src/base/index.ts'

const program = `
  const { EmbeddedApiServer } = await import(${JSON.stringify(new URL('../../src/kubernetes/index.ts', import.meta.url).href)})
  await EmbeddedApiServer.start({ listenFd: 3 })
`

test('the server listens on a socket that another process opened', async () => {
  const opener = createServer()
  opener.listen({ host: '127.0.0.1', port: 0 })
  await once(opener, 'listening')
  const address = opener.address()
  const handle: unknown = Reflect.get(opener, '_handle')
  const fd: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : undefined
  assert.ok(typeof fd === 'number' && typeof address === 'object' && address !== null)
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'inherit', 'inherit', fd],
  })
  try {
    opener.close()
    const answer = await waitFor(
      async () => fetch(`http://127.0.0.1:${address.port}/readyz`).catch(() => undefined),
      { timeoutMs: 10_000, what: 'the server in the other process' },
    )
    assert.equal(await answer.text(), 'ok')
  } finally {
    child.kill('SIGKILL')
    await once(child, 'close')
  }
})
