// SPDX-License-Identifier: Apache-2.0

import { ConfigError, PlaitError, errorIdOf, parseJson } from '../../base/index.ts'
import type { JsonObject, JsonValue } from '../../base/index.ts'
import { goTypeName, readList, readObject, readRoot, readText, readTexts } from '../decode.ts'

/** The configuration of one plugin: what libcni must know of it, and the whole. */
export interface PluginConfig {
  readonly type: string
  /** Empty when absent. */
  readonly name: string
  /** Empty when absent. */
  readonly cniVersion: string
  /** The capabilities that are true, in the order of the configuration. */
  readonly capabilities: readonly string[]
  /** Everything that the configuration says. */
  readonly config: JsonObject
}

/** A network of one plugin: the form without `plugins`, which CNI 1.0.0 no longer has. */
export interface NetworkConfig extends PluginConfig {
  /** The JSON text, for the result cache. */
  readonly bytes: Buffer
}

/**
 * A configuration of one plugin from its JSON, as bytes or decoded; `bytes` is the text of a decoded one when
 * the caller has it.
 *
 * @throws PlaitError when it is no JSON object, has no `type` or a known field of another type.
 */
export function parseNetworkConfig(source: Uint8Array | JsonValue, bytes?: Buffer): NetworkConfig {
  const json = readSource(source, bytes)
  return parsingConfig('error parsing configuration', () => ({
    ...parsePluginConfig(json.decode()),
    bytes: json.text(),
  }))
}

/**
 * One plugin of a list.
 *
 * @throws PlaitError when it has no `type`, ConfigError when a known field has another type.
 */
export function parsePluginConfig(value: JsonValue): PluginConfig {
  const config = readRoot(value, 'plugin')
  const type = readText(config, 'type', '')
  if (type === '') throw new PlaitError('config/invalid', "missing 'type'")
  checkKnownFields(config)
  return {
    type,
    name: readText(config, 'name', ''),
    cniVersion: readText(config, 'cniVersion', ''),
    capabilities: readCapabilities(config),
    config,
  }
}

/** A JSON text that is decoded when asked for, and formatted only when the caller has no text. */
export function readSource(
  source: Uint8Array | JsonValue,
  bytes?: Buffer,
): { decode: () => JsonValue; text: () => Buffer } {
  if (source instanceof Uint8Array) {
    const text = Buffer.from(source.buffer, source.byteOffset, source.byteLength)
    return { decode: () => parseJson(text), text: () => text }
  }
  return { decode: () => source, text: () => bytes ?? Buffer.from(JSON.stringify(source)) }
}

/** Puts `prefix` before the text of what `parse` throws, keeping its id. */
export function parsingConfig<T>(prefix: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw new PlaitError(errorIdOf(error) ?? 'config/invalid', prefix, { cause: error })
  }
}

// What libcni decodes besides what it uses: a wrong type fails the whole configuration (JSON-2).
function checkKnownFields(config: JsonObject): void {
  const ipam = readObject(config, 'ipam', '')
  if (ipam !== undefined) readText(ipam, 'type', 'ipam')
  const dns = readObject(config, 'dns', '')
  if (dns !== undefined) {
    readText(dns, 'domain', 'dns')
    for (const key of ['nameservers', 'search', 'options']) readTexts(dns, key, 'dns')
  }
  readObject(config, 'prevResult', '')
  readList(config, 'cni.dev/valid-attachments', '')
}

function readCapabilities(config: JsonObject): string[] {
  const capabilities = readObject(config, 'capabilities', '') ?? {}
  return Object.entries(capabilities).flatMap(([name, enabled]) => {
    if (enabled !== null && typeof enabled !== 'boolean') {
      throw new ConfigError(`capabilities.${name}`, `expected true or false, found ${goTypeName(enabled)}`)
    }
    return enabled === true ? [name] : []
  })
}
