// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { openOutsideDoor, type OutsideDoor } from './outside-door.ts'

describe('openOutsideDoor()', () => {
  const seen: IncomingMessage[] = []
  let server: Server
  let door: OutsideDoor

  before(async () => {
    server = createServer((request, response) => {
      seen.push(request)
      response.setHeader('content-type', 'text/plain')
      request.on('end', () => response.end(`${request.method} ${request.url}`)).resume()
    })
    server.on('upgrade', (request: IncomingMessage, stream) => {
      if (request.url === '/refused') {
        stream.end('HTTP/1.1 501 Not Implemented\r\ncontent-length: 9\r\n\r\nnot today')
        return
      }
      stream.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: echo\r\nconnection: upgrade\r\n\r\n')
      stream.pipe(stream)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    assert.ok(typeof address === 'object' && address !== null)
    door = await openOutsideDoor(
      { host: '127.0.0.1', port: 0 },
      { url: `http://127.0.0.1:${address.port}`, token: 'secret' },
    )
  })
  after(async () => {
    door.close()
    server.close()
    server.closeAllConnections()
  })

  it("passes requests with the secret path on, with the lab's token", async () => {
    const response = await fetch(`${door.url}/api/v1/pods?watch=1`, { method: 'POST', body: 'x' })
    assert.equal(await response.text(), 'POST /api/v1/pods?watch=1')
    assert.equal(seen.at(-1)?.headers.authorization, 'Bearer secret')
  })

  it('refuses requests without it, and upgrades as well', async () => {
    const count = seen.length
    const { origin, pathname } = new URL(door.url)
    for (const path of ['/api', `${pathname.slice(0, -1)}/api`, `${pathname}x/api`, '/']) {
      assert.equal((await fetch(`${origin}${path}`)).status, 403)
    }
    assert.match(await upgrade(origin, '/api'), /^HTTP\/1\.1 403 Forbidden/)
    assert.equal(seen.length, count)
  })

  it('carries upgraded connections both ways', async () => {
    const { origin, pathname } = new URL(door.url)
    assert.match(await upgrade(origin, `${pathname}/exec`, 'hello'), /^HTTP\/1\.1 101 [^]*\r\n\r\nhello$/)
  })

  it('hands back why an upgrade was refused', async () => {
    const { origin, pathname } = new URL(door.url)
    assert.match(
      await upgrade(origin, `${pathname}/refused`),
      /^HTTP\/1\.1 501 Not Implemented[^]*not today$/,
    )
  })

  async function upgrade(origin: string, path: string, data?: string): Promise<string> {
    const stream = connect(Number(new URL(origin).port), '127.0.0.1')
    stream.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nupgrade: echo\r\nconnection: upgrade\r\n\r\n`)
    if (data !== undefined) stream.once('data', () => stream.end(data))
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    await once(stream, 'close')
    return Buffer.concat(chunks).toString()
  }
})
