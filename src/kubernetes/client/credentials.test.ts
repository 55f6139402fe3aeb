// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { errorIdOf, silentLog } from '../../base/index.ts'
import { pods } from '../resources/pod.ts'
import type { ClientConfig } from './client-config.ts'
import { KubernetesClient } from './client.ts'
import { CredentialSource } from './credentials.ts'
import { ScriptedServer } from './scripted-server.ts'

const server = 'https://127.0.0.1:1'
const ref = { namespace: 'default', name: 'web' }

describe('CredentialSource', () => {
  let directory = ''
  let tokenFile = ''
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'plait-credentials-'))
    tokenFile = join(directory, 'token')
  })
  after(async () => rm(directory, { recursive: true }))

  async function authorization(config: Omit<ClientConfig, 'server'>): Promise<string | undefined> {
    const credentials = await new CredentialSource({ server, ...config }, { log: silentLog }).current()
    return credentials.authorization
  }

  it('gives a token of the file, of the configuration, a name with password, or nothing', async () => {
    await writeFile(tokenFile, 'from-file\n')
    assert.equal(await authorization({ tokenFile, token: 'literal' }), 'Bearer from-file')
    assert.equal(
      await authorization({ tokenFile: join(directory, 'absent'), token: 'literal' }),
      'Bearer literal',
    )
    assert.equal(await authorization({ token: 'literal' }), 'Bearer literal')
    assert.equal(await authorization({ basic: { username: 'a', password: 'b' } }), 'Basic YTpi')
    assert.equal(await authorization({}), undefined)
  })

  it('reads the file again only when what it read is old', async () => {
    await writeFile(tokenFile, 'first')
    const kept = new CredentialSource({ server, tokenFile }, { log: silentLog })
    const old = new CredentialSource({ server, tokenFile }, { log: silentLog, maxAgeMs: 0 })
    await Promise.all([kept.current(), old.current()])
    await writeFile(tokenFile, 'second')
    assert.equal((await kept.current()).authorization, 'Bearer first')
    assert.equal((await old.current()).authorization, 'Bearer second')
    assert.equal((await kept.refresh()).authorization, 'Bearer second')
  })

  it('keeps the last token, and says so, when the file is gone', async () => {
    const lines: string[] = []
    const log = { ...silentLog, warn: (_: object, message: string) => void lines.push(message) }
    await writeFile(tokenFile, 'first')
    const source = new CredentialSource({ server, tokenFile }, { log, maxAgeMs: 0 })
    await source.current()
    await rm(tokenFile)
    assert.equal((await source.current()).authorization, 'Bearer first')
    assert.deepEqual(lines, ['Cannot read the API credentials again; the last ones stay in use'])
  })

  for (const [what, content] of [
    ['is empty', '\n'],
    ['has a line break in it', 'a\nb'],
  ] as const) {
    it(`refuses a token file that ${what}, without showing what is in it`, async () => {
      await writeFile(tokenFile, content)
      await assert.rejects(authorization({ tokenFile }), (error: Error) => {
        assert.equal(errorIdOf(error), 'kubernetes/credentials')
        assert.ok(error.message.includes(tokenFile))
        return !error.message.includes('a\nb')
      })
    })
  }

  it('names the file that cannot be read', async () => {
    await assert.rejects(authorization({ ca: { file: '/nowhere/ca.crt' } }), {
      id: 'kubernetes/credentials',
      message: /^Cannot read the CA of the API configuration: ENOENT.*\/nowhere\/ca.crt/,
    })
  })

  it('is asked again at once when the server refuses the token', async () => {
    await writeFile(tokenFile, 'expired')
    const seen: (string | undefined)[] = []
    await using api = await ScriptedServer.start((request, reply) => {
      seen.push(request.headers.authorization)
      if (request.headers.authorization === 'Bearer fresh') reply.json(200, { metadata: ref })
      else reply.fail(401, 'Unauthorized', 'Unauthorized')
    })
    await using client = new KubernetesClient({ server: api.url, tokenFile })
    await assert.rejects(client.get(pods, ref), { id: 'kubernetes/unauthorized' })
    await writeFile(tokenFile, 'fresh')
    await client.get(pods, ref)
    assert.deepEqual(seen, ['Bearer expired', 'Bearer expired', 'Bearer fresh'])
  })
})
