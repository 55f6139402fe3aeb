// SPDX-License-Identifier: Apache-2.0

import { readFileSync } from 'node:fs'
import { describeError, PlaitError, version } from '../../base/index.ts'
import type { Log } from '../../base/index.ts'
import { parseDaemonConfig } from '../config/daemon-config.ts'
import type { DaemonConfig } from '../config/daemon-config.ts'
import { defaultConfigFile, parseDaemonArguments } from './arguments.ts'
import { openLog } from './open-log.ts'
import { endProcessWithin, listenForStop } from './stop-signal.ts'

const usage = `Usage: plait daemon [-config FILE] [-version]

Answers the CNI calls of this node on its socket until SIGTERM or SIGINT.

  -config FILE   the daemon configuration (default ${defaultConfigFile})
  -version       print the version`

// Upstream's exit codes (spec §9.3).
const exitCode = { stopped: 0, configFailed: 1, badFlags: 2, startFailed: 3, version: 4 } as const

// Less than the 30 s after which Kubernetes kills a pod; what is stopped has bounds of its own, 23 s in all.
const stopMs = 28_000
// For what is left once everything was let go of.
const lastMs = 1000

/**
 * Runs a daemon as upstream's `multus-daemon` is run, until SIGTERM or SIGINT.
 *
 * @returns the exit code of the process.
 */
export async function runDaemon(words: readonly string[]): Promise<number> {
  const asked = parseDaemonArguments(words)
  if (asked.action === 'version') {
    console.log(`multus-daemon: version:${version()}(plait), commit:unknown commit, date:unknown date`)
    return exitCode.version
  }
  if (asked.action === 'help') {
    console.log(usage)
    return exitCode.stopped
  }
  if (asked.action === 'refuse') {
    console.error(`${asked.problem}\n${usage}`)
    return exitCode.badFlags
  }
  let config
  let opened
  try {
    config = readConfig(asked.configFile)
    opened = openLog(config)
  } catch (error) {
    console.error(describeError(error))
    return exitCode.configFailed
  }
  // What moves log files tells their writers so.
  process.on('SIGHUP', opened.reopen)
  try {
    return await serve(config, opened.log)
  } finally {
    process.off('SIGHUP', opened.reopen)
  }
}

function readConfig(path: string): DaemonConfig {
  let bytes
  try {
    bytes = readFileSync(path)
  } catch (error) {
    throw new PlaitError(
      'daemon/config-invalid',
      `Cannot read the daemon configuration ${path}; name the file with -config`,
      { cause: error },
    )
  }
  return parseDaemonConfig(bytes, path)
}

async function serve(config: DaemonConfig, log: Log): Promise<number> {
  const end = { log, exitCode: exitCode.stopped }
  const stop = listenForStop(log, () => endProcessWithin(stopMs, end))
  try {
    // Loaded only here: what a wrong flag or a wrong file needs is small.
    const { startNodeDaemon } = await import('./node-daemon.ts')
    await using daemon = await startNodeDaemon(config, log, { signal: stop.signal })
    await stop.received
    await daemon.stop()
    return exitCode.stopped
  } catch (error) {
    if (error === stop.signal.reason) return exitCode.stopped
    if (!config.logToStderr) log.error({ error }, 'daemon failed')
    console.error(describeError(error))
    return exitCode.startFailed
  } finally {
    stop.ignore()
    // A plugin that still runs holds the process back.
    endProcessWithin(lastMs, end)
  }
}
