// SPDX-License-Identifier: Apache-2.0

import { basename, join, resolve } from 'node:path'
import type { JsonObject } from '../../base/index.ts'
import { invalid, KeyReader } from '../config/key-reader.ts'

/** What the daemon's file says about the node's CNI configuration. */
export type AutoconfigSettings = GenerateSettings | CopySettings

/** `multusConfigFile` is `auto`: the configuration is generated. */
export interface GenerateSettings {
  readonly mode: 'generate'
  /** The file that is written. */
  readonly target: string
  /** Directory of the default network's configuration (`multusAutoconfigDir`). */
  readonly primaryDir: string
  /** Name of a file in that directory which was chosen by the administrator. */
  readonly pinned?: string
  /** `clusterNetwork`, where the administrator gave one: a path or the name of a network. */
  readonly clusterNetwork?: string
  /** File whose existence says that the default network works. */
  readonly readinessIndicator?: string
  /** Where the choice is remembered. */
  readonly stateFile: string
  readonly cniVersion: string
  /** Whether `cniVersion` is written into the default network's own file. */
  readonly forceCniVersion: boolean
  readonly overrideNetworkName: boolean
  /** All keys of the daemon's file. */
  readonly root: JsonObject
}

/** `multusConfigFile` is a path: that file is copied. */
export interface CopySettings {
  readonly mode: 'copy'
  readonly target: string
  readonly source: string
}

const confName = '00-multus.conf'
const confExtensions = /\.(?:conf|conflist)$/

/**
 * What the daemon's file says about the node's CNI configuration; undefined when it names neither
 * `multusConfigFile` nor `multusAutoconfigDir`: then it is the administrator's alone.
 *
 * @throws PlaitError `daemon/config-invalid` that names file and key.
 */
export function readAutoconfigSettings(root: JsonObject, file: string): AutoconfigSettings | undefined {
  const keys = new KeyReader(root, file)
  const confDir = keys.text('cniConfigDir') || '/etc/cni/net.d'
  const given = keys.text('multusConfigFile')
  const autoconfigDir = keys.text('multusAutoconfigDir')
  if (given && given !== 'auto') {
    return { mode: 'copy', source: given, target: join(confDir, basename(given)) }
  }
  if (!given && !autoconfigDir) return undefined
  return readGenerateSettings(root, file, { confDir, primaryDir: autoconfigDir || confDir })
}

function readGenerateSettings(
  root: JsonObject,
  file: string,
  { confDir, primaryDir }: { confDir: string; primaryDir: string },
): GenerateSettings {
  const keys = new KeyReader(root, file)
  const readinessIndicator = keys.text('readinessindicatorfile')
  const clusterNetwork = keys.text('clusterNetwork')
  const pinned = readPinned(keys.text('multusMasterCNI'), { file, primaryDir, readinessIndicator })
  return {
    mode: 'generate',
    target: join(confDir, confName),
    primaryDir,
    ...(pinned ? { pinned } : {}),
    ...(clusterNetwork ? { clusterNetwork } : {}),
    ...(readinessIndicator ? { readinessIndicator } : {}),
    // No container has an identifier that begins with a dot, so this is nobody's cache.
    stateFile: join(keys.text('cniDir') || '/var/lib/cni/multus', '.default-network.json'),
    cniVersion: readVersion(keys, file),
    forceCniVersion: keys.boolean('forceCNIVersion') ?? false,
    overrideNetworkName: keys.boolean('overrideNetworkName') ?? false,
    root,
  }
}

interface PinPlaces {
  readonly file: string
  readonly primaryDir: string
  readonly readinessIndicator: string | undefined
}

/** A readiness indicator that is itself a configuration in the directory names the default network as well. */
function readPinned(name: string | undefined, places: PinPlaces): string | undefined {
  const { file, primaryDir, readinessIndicator } = places
  if (name) {
    const path = resolve(primaryDir, name)
    if (path !== resolve(primaryDir, confName)) return basename(name)
    throw invalid(file, `cannot specify ${join(primaryDir, confName)} to prevent recursive config load`)
  }
  if (!readinessIndicator || !confExtensions.test(readinessIndicator)) return undefined
  const isThere = join(primaryDir, basename(readinessIndicator)) === resolve(readinessIndicator)
  return isThere ? basename(readinessIndicator) : undefined
}

function readVersion(keys: KeyReader, file: string): string {
  const version = keys.text('cniVersion') ?? ''
  if (/^\d+\.\d+\.\d+$/.test(version)) return version
  throw invalid(
    file,
    `couldn't get top level cni version: cniVersion is "${version}", and must be a version such as 1.0.0`,
  )
}
