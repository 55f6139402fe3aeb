// SPDX-License-Identifier: Apache-2.0

import { isJsonObject, parseJson } from '../../base/index.ts'
import type { JsonObject, JsonValue } from '../../base/index.ts'

/** What upstream's shim sends to `/cni`: its environment and its standard input. */
export interface UpstreamRequest {
  readonly environment: Readonly<Record<string, string>>
  readonly stdin: Buffer
  /** `K8S_POD_NAMESPACE/K8S_POD_NAME`, where the command needs a pod. */
  readonly pod: string
}

const commandArgs = 'could not extract the CNI command args: '
const kubernetesArgs = 'could not extract the kubernetes runtime args: '

/**
 * The request in the body of a `POST /cni`, held to upstream's rules (spec SRV-1 to SRV-7) with its texts.
 *
 * @throws Error whose message is the text of the answer.
 */
export function parseUpstreamRequest(body: Buffer): UpstreamRequest {
  const root = readRoot(parseJson(body))
  const given = readEnvironment(root.env)
  const stdin = readConfig(root.config)
  const command = given.CNI_COMMAND
  if (!command) throw new Error(`${commandArgs}unexpected or missing CNI_COMMAND`)
  const environment = { CNI_IFNAME: 'eth0', CNI_PATH: process.env.CNI_PATH || '/opt/cni/bin', ...given }
  if (command === 'STATUS' || command === 'GC') return { environment, stdin, pod: '' }
  for (const name of ['CNI_CONTAINERID', 'CNI_NETNS', 'CNI_ARGS']) {
    if (!Object.hasOwn(given, name)) throw new Error(`${commandArgs}missing ${name}`)
  }
  return { environment, stdin, pod: readPod(given.CNI_ARGS ?? '') }
}

function readRoot(value: JsonValue): JsonObject {
  if (value === null) return {}
  if (isJsonObject(value)) return value
  throw new Error(`json: cannot unmarshal ${goKind(value)} into Go value of type api.Request`)
}

function readEnvironment(value: JsonValue | undefined): Record<string, string> {
  if (value === undefined || value === null) return {}
  if (!isJsonObject(value)) {
    throw new Error(
      `json: cannot unmarshal ${goKind(value)} into Go struct field Request.env of type map[string]string`,
    )
  }
  const variables = Object.entries(value).map(([name, text]): [string, string] => {
    if (typeof text === 'string') return [name.trim(), text]
    if (text === undefined || text === null) return [name.trim(), '']
    throw new Error(`json: cannot unmarshal ${goKind(text)} into Go struct field Request.env of type string`)
  })
  return Object.fromEntries(variables)
}

function readConfig(value: JsonValue | undefined): Buffer {
  if (value === undefined || value === null) return Buffer.alloc(0)
  if (typeof value !== 'string') {
    throw new Error(
      `json: cannot unmarshal ${goKind(value)} into Go struct field Request.config of type []uint8`,
    )
  }
  if (value.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(value)) throw new Error('illegal base64 data')
  return Buffer.from(value, 'base64')
}

function readPod(args: string): string {
  const pairs = new Map(
    args.split(';').map((text): [string, string] => {
      const [key, value, ...rest] = text.split('=')
      if (key === undefined || value === undefined || rest.length > 0) {
        throw new Error(`${kubernetesArgs}invalid CNI_ARG '${text}'`)
      }
      return [key.trim(), value.trim()]
    }),
  )
  const [namespace, name] = ['K8S_POD_NAMESPACE', 'K8S_POD_NAME'].map((key) => {
    const value = pairs.get(key)
    if (value === undefined) throw new Error(`${kubernetesArgs}missing ${key}`)
    return value
  })
  if (!name || !namespace) {
    throw new Error(
      `required CNI variable missing. pod name: ${name ?? ''}; pod namespace: ${namespace ?? ''}`,
    )
  }
  return `${namespace}/${name}`
}

function goKind(value: JsonValue): string {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}
