// SPDX-License-Identifier: Apache-2.0

import { readFile } from 'node:fs/promises'
import { PlaitError, toError } from '../../base/index.ts'
import type { Log } from '../../base/index.ts'
import type { ClientConfig, TextOrFile } from './client-config.ts'

/** What goes with a request so that the server lets it in, and what the server is checked by. */
export interface Credentials {
  /** Value of the Authorization header. */
  readonly authorization: string | undefined
  readonly ca: string | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
}

/** How often files are read, and where a failure to do so is told. */
export interface CredentialOptions {
  readonly log: Log
  /** A projected service account token is replaced at four fifths of its life of an hour or less. @default 60000 */
  readonly maxAgeMs?: number | undefined
}

/** The credentials of a configuration, read again when they are a minute old or when the server refused them. */
export class CredentialSource {
  readonly #config: ClientConfig
  readonly #log: Log
  readonly #maxAgeMs: number
  #last: Credentials | undefined
  #readAt = -Infinity
  #reading: Promise<Credentials> | undefined

  constructor(config: ClientConfig, { log, maxAgeMs = 60_000 }: CredentialOptions) {
    this.#config = config
    this.#log = log
    this.#maxAgeMs = maxAgeMs
  }

  /**
   * Credentials that are at most a minute old. When a file cannot be read, those read before stay in use.
   *
   * @throws PlaitError `kubernetes/credentials` when there are none from before.
   */
  async current(): Promise<Credentials> {
    if (this.#last !== undefined && performance.now() - this.#readAt < this.#maxAgeMs) return this.#last
    return this.refresh()
  }

  /** The credentials as the files hold them at this moment; callers at the same time share one reading. */
  async refresh(): Promise<Credentials> {
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined))
    return this.#reading
  }

  async #read(): Promise<Credentials> {
    try {
      this.#last = await readCredentials(this.#config)
    } catch (error) {
      if (this.#last === undefined) throw error
      this.#log.warn({ error }, 'Cannot read the API credentials again; the last ones stay in use')
    }
    this.#readAt = performance.now()
    return this.#last
  }
}

async function readCredentials(config: ClientConfig): Promise<Credentials> {
  const [authorization, ca, cert, key] = await Promise.all([
    readAuthorization(config),
    readText(config.ca, 'CA'),
    readText(config.clientCertificate, 'client certificate'),
    readText(config.clientKey, 'client key'),
  ])
  return { authorization, ca, cert, key }
}

async function readAuthorization({ token, tokenFile, basic }: ClientConfig): Promise<string | undefined> {
  if (tokenFile !== undefined) {
    const read = readText({ file: tokenFile }, 'token')
    const text = token === undefined ? await read : await read.catch(() => token)
    return `Bearer ${checkToken(text ?? '', tokenFile)}`
  }
  if (token !== undefined) return `Bearer ${checkToken(token, 'the configuration')}`
  if (basic === undefined) return undefined
  return `Basic ${Buffer.from(`${basic.username}:${basic.password}`).toString('base64')}`
}

function checkToken(text: string, source: string): string {
  const token = text.trim()
  if (/^[\x21-\x7e]+$/.test(token)) return token
  const found = token === '' ? 'it is empty' : 'it has blanks or other characters that no token has'
  throw new PlaitError('kubernetes/credentials', `Cannot use the token of ${source}: ${found}`)
}

async function readText(source: TextOrFile | undefined, what: string): Promise<string | undefined> {
  if (source === undefined) return undefined
  if ('text' in source) return source.text
  try {
    return await readFile(source.file, 'utf8')
  } catch (error) {
    const message = `Cannot read the ${what} of the API configuration: ${toError(error).message}`
    throw new PlaitError('kubernetes/credentials', message, { cause: error })
  }
}
