// SPDX-License-Identifier: Apache-2.0

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { ConfigError, isJsonObject, parseJson, toError } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import type { ClientConfig } from './client-config.ts'
import { parseKubeconfig } from './kubeconfig.ts'
import type { KubeconfigFile } from './kubeconfig.ts'
import { formatServerAddress } from './server-address.ts'

/** Where to look for a client configuration. */
export interface ConfigSource {
  /** A kubeconfig, or several with colons between, as in KUBECONFIG. */
  readonly kubeconfig?: string | undefined
  /** A context other than the current one. */
  readonly context?: string | undefined
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** @default `/var/run/secrets/kubernetes.io/serviceaccount` */
  readonly serviceAccountDir?: string | undefined
}

const defaultServiceAccountDir = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * The client configuration of the kubeconfig that is named, else that of the pod we run in; undefined when neither is
 * there, which upstream calls running without Kubernetes.
 *
 * @throws ConfigError with file and key.
 */
export async function loadClientConfig(source: ConfigSource = {}): Promise<ClientConfig | undefined> {
  const { kubeconfig = '', context, env = process.env, serviceAccountDir = defaultServiceAccountDir } = source
  if (kubeconfig !== '') {
    const paths = kubeconfig.split(delimiter).filter((path) => path !== '')
    return parseKubeconfig(await Promise.all(paths.map(readKubeconfig)), context)
  }
  const host = env['KUBERNETES_SERVICE_HOST'] ?? ''
  const port = env['KUBERNETES_SERVICE_PORT'] ?? ''
  return host === '' || port === ''
    ? undefined
    : inClusterConfig({ host, port, directory: serviceAccountDir })
}

async function inClusterConfig(place: {
  host: string
  port: string
  directory: string
}): Promise<ClientConfig> {
  const tokenFile = join(place.directory, 'token')
  const ca = join(place.directory, 'ca.crt')
  if (!existsSync(tokenFile)) {
    const fix = 'set automountServiceAccountToken, or mount a projected token there'
    throw new ConfigError(
      tokenFile,
      `the environment says that this is a pod, but there is no such file; ${fix}`,
    )
  }
  return {
    server: serverOf(place),
    tokenFile,
    ca: existsSync(ca) ? { file: ca } : undefined,
    namespace: await readNamespace(join(place.directory, 'namespace')),
  }
}

function serverOf({ host, port }: { host: string; port: string }): string {
  try {
    return formatServerAddress(host, port)
  } catch (error) {
    throw new ConfigError('KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT', toError(error).message)
  }
}

async function readNamespace(path: string): Promise<string | undefined> {
  if (!existsSync(path)) return undefined
  const text = await readFile(path, 'utf8')
  return text.trim() || undefined
}

async function readKubeconfig(path: string): Promise<KubeconfigFile> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw new ConfigError(path, `the kubeconfig cannot be read: ${toError(error).message}`, { cause: error })
  }
  return { path, content: await parseKubeconfigText(path, text) }
}

async function parseKubeconfigText(path: string, text: string): Promise<JsonObject> {
  try {
    const value = text.trimStart().startsWith('{') ? parseJson(text) : await parseYaml(text)
    if (isJsonObject(value)) return value
  } catch (error) {
    throw new ConfigError(path, `is neither YAML nor JSON: ${firstLine(toError(error).message)}`)
  }
  throw new ConfigError(path, 'is not a kubeconfig: it is not a mapping')
}

// Loaded when needed: in a cluster there is no YAML to read, and the parser costs 14 MiB.
async function parseYaml(text: string): Promise<unknown> {
  const { parse } = await import('yaml')
  const value: unknown = parse(text, { schema: 'core', maxAliasCount: 100 })
  return value
}

function firstLine(text: string): string {
  return text.split('\n', 1).join('')
}
