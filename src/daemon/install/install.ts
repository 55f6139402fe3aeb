// SPDX-License-Identifier: Apache-2.0

import { readFileSync } from 'node:fs'
import { PlaitError } from '../../base/index.ts'
import { installFailure } from './install-failure.ts'
import { Site } from './site.ts'
import type { FileReport, InstallPlaces } from './site.ts'

/** What is installed where. */
export interface InstallOptions extends InstallPlaces {
  /** Path of the shim's program. */
  readonly shim: string
  /** Names by which the shim is found too, besides `multus`. */
  readonly links: readonly string[]
}

const shimName = 'multus-shim'

/**
 * Puts the shim into the runtime's directory of plugins, and links to it. What was there is kept and written down
 * before it is replaced, so that `uninstall` can restore it. After a crash between any two steps a program that runs
 * is in its place, and installing again completes it.
 *
 * @throws PlaitError `daemon/install-failed`, `daemon/manifest-broken`
 */
export async function install(options: InstallOptions): Promise<FileReport[]> {
  const { binDir, shim, links } = options
  const bytes = readShim(shim)
  try {
    using site = await Site.open(options)
    await site.noteDaemonFiles()
    const reports = [await site.place(shimName, { bytes, mode: 0o755 })]
    for (const name of ['multus', ...links]) reports.push(await site.place(name, { link: shimName }))
    return reports
  } catch (error) {
    throw installFailure(`Cannot install into ${binDir}`, error)
  }
}

const elfMagic = Buffer.from('\u007FELF')

function readShim(path: string): Buffer {
  let bytes
  try {
    bytes = readFileSync(path)
  } catch (error) {
    throw installFailure(`Cannot read the shim ${path}`, error)
  }
  if (bytes.subarray(0, elfMagic.length).equals(elfMagic)) return bytes
  const text = `Cannot install ${path}: it is no program for Linux; name the file of the shim with --shim`
  throw new PlaitError('daemon/install-failed', text)
}
