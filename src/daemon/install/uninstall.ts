// SPDX-License-Identifier: Apache-2.0

import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { PlaitError } from '../../base/index.ts'
import { callsShim } from './calls-shim.ts'
import { installFailure } from './install-failure.ts'
import { Site } from './site.ts'
import type { FileReport, InstallPlaces } from './site.ts'
import { undoneDeletions } from './undone-deletions.ts'

/** What is given back, and on what condition. */
export interface UninstallOptions extends InstallPlaces {
  /** Directory of the daemon's socket. */
  readonly socketDir: string
  /** Where shims keep what no daemon has taken. */
  readonly spoolDir: string
  /** Go on although a daemon answers there. */
  readonly force: boolean
}

/**
 * Gives a node back as it was before the first installation: configuration first, so that the runtime goes on with
 * the default network, then links, then the shim. It can be repeated after it was interrupted; where nothing is
 * installed it does nothing, and says where a configuration is left that leads nowhere.
 *
 * @throws PlaitError `daemon/still-running`, `daemon/install-failed`, `daemon/manifest-broken`
 */
export async function uninstall(options: UninstallOptions): Promise<FileReport[]> {
  const { binDir, socketDir, spoolDir, force } = options
  if (!existsSync(join(binDir, '.plait'))) return findStrayConf(options)
  if (!force) await refuseBesideDaemon(join(socketDir, 'multus.sock'))
  try {
    using site = await Site.open(options)
    const reports: FileReport[] = []
    for (const entry of site.entries) reports.push(await site.giveBack(entry))
    reports.push(...(await undoneDeletions(spoolDir)))
    await site.close()
    return reports
  } catch (error) {
    throw installFailure(`Cannot uninstall from ${binDir}; run it again when the reason is gone`, error)
  }
}

/** What a daemon wrote that ran on while its node was given back. It is not noted, and it may be somebody else's. */
function findStrayConf({ binDir, confDir, confName }: InstallPlaces): FileReport[] {
  const path = join(confDir, confName)
  if (existsSync(join(binDir, 'multus-shim')) || !callsShim(path)) return []
  const note = `new pods fail, because it calls a shim that is not in ${binDir}: stop the daemon, then remove it`
  return [{ path, did: 'left', note }]
}

async function refuseBesideDaemon(path: string): Promise<void> {
  if (!(await answers(path))) return
  const text = `Cannot uninstall while a daemon serves ${path}: it would write its configuration again; stop it first`
  throw new PlaitError('daemon/still-running', text)
}

const answerMs = 2000

async function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path, timeout: answerMs })
    const end = (isThere: boolean): void => {
      socket.destroy()
      resolve(isThere)
    }
    socket
      .on('connect', () => end(true))
      .on('timeout', () => end(true))
      .on('error', () => end(false))
  })
}
