// SPDX-License-Identifier: Apache-2.0

import { dirname, resolve } from 'node:path'
import { ConfigError, isJsonObject, toError } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { objectsField, stringField } from '../resources/fields.ts'
import type { ClientConfig, TextOrFile } from './client-config.ts'
import { parseServerAddress } from './server-address.ts'

/** One kubeconfig, as read from a file. */
export interface KubeconfigFile {
  readonly path: string
  readonly content: JsonObject
}

// A named part of a kubeconfig, with the file that it came from: paths in it are relative to that file.
interface Part {
  readonly file: string
  /** Such as `/etc/k.conf: users[0].user`. */
  readonly where: string
  readonly fields: JsonObject
}

const lists = { cluster: 'clusters', user: 'users', context: 'contexts' } as const

/**
 * The client configuration that a context of some kubeconfigs describes: of parts with the same name the first counts,
 * as kubectl has it for a KUBECONFIG of several files.
 *
 * @throws ConfigError with file and key, also for ways to log in that plait does not have (`exec`, `auth-provider`,
 * impersonation).
 */
export function parseKubeconfig(files: readonly KubeconfigFile[], contextName?: string): ClientConfig {
  const paths = files.map((file) => file.path).join(':')
  const name = contextName ?? firstText(files, 'current-context')
  if (name === '')
    throw new ConfigError(`${paths}: current-context`, 'is empty; name one of "contexts" there')
  const context = findPart(files, 'context', name)
  const cluster = findPart(files, 'cluster', stringField(context.fields, 'cluster') ?? '')
  const userName = stringField(context.fields, 'user') ?? ''
  const namespace = stringField(context.fields, 'namespace')
  const login = userName === '' ? {} : parseUser(findPart(files, 'user', userName))
  return { ...parseCluster(cluster), ...login, namespace }
}

function firstText(files: readonly KubeconfigFile[], key: string): string {
  return files.map((file) => stringField(file.content, key) ?? '').find((text) => text !== '') ?? ''
}

function findPart(files: readonly KubeconfigFile[], kind: keyof typeof lists, name: string): Part {
  for (const { path, content } of files) {
    const index = objectsField(content, lists[kind]).findIndex((entry) => entry['name'] === name)
    const fields = objectsField(content, lists[kind])[index]?.[kind]
    if (isJsonObject(fields))
      return { file: path, where: `${path}: ${lists[kind]}[${index}].${kind}`, fields }
  }
  const known = files.flatMap((file) =>
    objectsField(file.content, lists[kind]).map((entry) => stringField(entry, 'name') ?? '?'),
  )
  const there = known.length === 0 ? 'there are none' : `there are: ${known.join(', ')}`
  throw new ConfigError(
    `${files.map((file) => file.path).join(':')}: ${lists[kind]}`,
    `has no ${kind} "${name}"; ${there}`,
  )
}

function parseCluster(part: Part): ClientConfig {
  const { fields, where } = part
  const insecureSkipTlsVerify = fields['insecure-skip-tls-verify'] === true
  const ca = textOrFile(part, 'certificate-authority')
  if (insecureSkipTlsVerify && ca !== undefined) {
    throw new ConfigError(where, 'has both a certificate authority and insecure-skip-tls-verify; remove one')
  }
  return {
    server: parseServer(part),
    ca,
    insecureSkipTlsVerify,
    tlsServerName: stringField(fields, 'tls-server-name'),
    proxyUrl: stringField(fields, 'proxy-url'),
  }
}

function parseServer({ fields, where }: Part): string {
  try {
    return parseServerAddress(stringField(fields, 'server') ?? '')
  } catch (error) {
    throw new ConfigError(`${where}.server`, toError(error).message)
  }
}

function parseUser(part: Part): Omit<ClientConfig, 'server'> {
  const { fields, file } = part
  refuseForeignLogins(part)
  const tokenFile = stringField(fields, 'tokenFile')
  const username = stringField(fields, 'username') ?? ''
  return {
    clientCertificate: textOrFile(part, 'client-certificate'),
    clientKey: textOrFile(part, 'client-key'),
    token: stringField(fields, 'token'),
    tokenFile: tokenFile === undefined ? undefined : resolve(dirname(file), tokenFile),
    basic: username === '' ? undefined : { username, password: stringField(fields, 'password') ?? '' },
  }
}

function refuseForeignLogins({ fields, where }: Part): void {
  const ways = { exec: 'credential plugins', 'auth-provider': 'auth providers', as: 'impersonation' }
  for (const [key, what] of Object.entries(ways)) {
    if (fields[key] === undefined || fields[key] === null || fields[key] === '') continue
    const instead = 'use a token, a tokenFile or a client certificate, such as those of a service account'
    throw new ConfigError(`${where}.${key}`, `${what} are not supported; ${instead}`)
  }
}

// `<key>-data` holds the text in base64 and wins over `<key>`, which is a path.
function textOrFile({ file, where, fields }: Part, key: string): TextOrFile | undefined {
  const data = stringField(fields, `${key}-data`) ?? ''
  if (data !== '') return { text: decodePem(data, `${where}.${key}-data`) }
  const path = stringField(fields, key) ?? ''
  return path === '' ? undefined : { file: resolve(dirname(file), path) }
}

function decodePem(data: string, where: string): string {
  const text = Buffer.from(data, 'base64').toString('utf8')
  if (text.includes('-----BEGIN ')) return text
  throw new ConfigError(where, 'is not PEM in base64')
}
