// SPDX-License-Identifier: Apache-2.0

import { isJsonObject, parseJson } from '../../base/index.ts'
import type { JsonObject, JsonValue } from '../../base/index.ts'
import { cannotUnmarshal, goKind } from './go-decode.ts'

/** What a caller of upstream's HTTP sends: CNI variables and a configuration. */
export interface UpstreamRequest {
  readonly environment: Readonly<Record<string, string>>
  /** For `/cni` what the shim read on standard input, for `/delegate` the configuration of one network. */
  readonly stdin: Buffer
  /** `K8S_POD_NAMESPACE/K8S_POD_NAME`, where the request needs a pod. */
  readonly pod: string
  /** All members of the body. */
  readonly root: JsonObject
}

/** What the paths differ in. */
export interface RequestRules {
  /** Commands that need no pod in CNI_ARGS. */
  readonly withoutPod: ReadonlySet<string>
}

const commandArgs = 'could not extract the CNI command args: '
const kubernetesArgs = 'could not extract the kubernetes runtime args: '
const withoutAttachment = new Set(['STATUS', 'GC'])

/**
 * The request in the body of a POST, held to upstream's rules (spec SRV-1 to SRV-7) with its texts.
 *
 * @throws Error whose message is the text of the answer.
 */
export function parseUpstreamRequest(body: Buffer, { withoutPod }: RequestRules): UpstreamRequest {
  const root = readRoot(parseJson(body))
  const given = readEnvironment(root.env)
  const stdin = readConfig(root.config)
  const command = given.CNI_COMMAND
  if (!command) throw new Error(`${commandArgs}unexpected or missing CNI_COMMAND`)
  const environment = { CNI_IFNAME: 'eth0', CNI_PATH: process.env.CNI_PATH || '/opt/cni/bin', ...given }
  if (!withoutAttachment.has(command)) requireVariables(given, ['CNI_CONTAINERID', 'CNI_NETNS', 'CNI_ARGS'])
  const pod = withoutPod.has(command) ? '' : readPod(given.CNI_ARGS ?? '')
  return { environment, stdin, pod, root }
}

function readRoot(value: JsonValue): JsonObject {
  if (value === null) return {}
  if (isJsonObject(value)) return value
  throw new Error(`json: cannot unmarshal ${goKind(value)} into Go value of type api.Request`)
}

function readEnvironment(value: JsonValue | undefined): Record<string, string> {
  if (value === undefined || value === null) return {}
  if (!isJsonObject(value)) throw cannotUnmarshal(value, 'Request.env', 'map[string]string')
  const variables = Object.entries(value).map(([name, text]): [string, string] => {
    if (typeof text === 'string') return [name.trim(), text]
    if (text === undefined || text === null) return [name.trim(), '']
    throw cannotUnmarshal(text, 'Request.env', 'string')
  })
  return Object.fromEntries(variables)
}

function requireVariables(given: Readonly<Record<string, string>>, names: readonly string[]): void {
  const missing = names.find((name) => !Object.hasOwn(given, name))
  if (missing !== undefined) throw new Error(`${commandArgs}missing ${missing}`)
}

function readConfig(value: JsonValue | undefined): Buffer {
  if (value === undefined || value === null) return Buffer.alloc(0)
  if (typeof value !== 'string') throw cannotUnmarshal(value, 'Request.config', '[]uint8')
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
