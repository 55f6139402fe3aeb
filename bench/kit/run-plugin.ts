// SPDX-License-Identifier: Apache-2.0

import { isJsonObject, parseJson, silentLog } from '../../src/base/index.ts'
import type { JsonObject } from '../../src/base/index.ts'
import { Namespace } from '../../src/linux/index.ts'
import { createBundledInvoke, loadPlugins } from '../../src/plugins/index.ts'
import { cniEnvironment } from './attachment.ts'
import type { PluginCall } from './attachment.ts'
import type { Launcher } from './launcher.ts'

/** Runs a plugin and tells how long it took and what it gave. */
export type RunPlugin = (
  call: PluginCall,
) => Promise<{ readonly ms: number; readonly result: JsonObject | undefined }>

/** Runs bundled plugins in this process, as the daemon does. */
export async function bundledRunner(): Promise<RunPlugin> {
  const plugins = await loadPlugins()
  const host = Namespace.current()
  const invoke = createBundledInvoke({
    plugins,
    fallback: ({ type }) => Promise.reject(new Error(`${type} is not bundled`)),
    log: silentLog,
    host: () => host,
  })
  return async ({ program, command, attachment, config }) => {
    const started = performance.now()
    const result = await invoke({
      type: program,
      command,
      ...attachment,
      args: '',
      path: ['/nowhere'],
      config,
    })
    return { ms: performance.now() - started, result }
  }
}

/** Executes the Go plugins of a folder. */
export function goRunner(launcher: Launcher, directory: string): RunPlugin {
  return async ({ program, command, attachment, config }) => {
    const { wallMs, stdout } = await launcher.run({
      path: `${directory}/${program}`,
      env: cniEnvironment(command, attachment, { path: directory }),
      input: JSON.stringify(config),
    })
    const result = stdout === '' ? undefined : parseJson(stdout)
    return { ms: wallMs, result: isJsonObject(result) ? result : undefined }
  }
}
