// SPDX-License-Identifier: Apache-2.0

import { resolve } from 'node:path'
import { CniError, createExec, findPlugin, validatePluginType } from '../../cni/index.ts'
import type { ExecOptions, InvokePlugin, PluginHost, PluginInvocation } from '../../cni/index.ts'
import { runChrooted } from './run-chrooted.ts'

/** How plugins that are programs are run. */
export interface ForeignOptions extends Pick<ExecOptions, 'onStderr' | 'busyDelayMs'> {
  /** Programs that this process runs itself get this directory as their root (upstream's `chrootDir`). */
  readonly chrootDir?: string | undefined
  /** For calls that bring no host of their own. */
  readonly host?: PluginHost
}

/** A program, and where it is run; without a host that is here. */
interface Place {
  readonly file: string
  readonly host?: PluginHost
}

/**
 * Runs plugins that are programs: on the host of the call where it has one and the program is there, else here.
 *
 * @throws CniError as {@link createExec}
 */
export function createForeignInvoke(options: ForeignOptions): InvokePlugin {
  const { chrootDir } = options
  return async (invocation) => {
    const asked = { ...invocation, host: invocation.host ?? options.host }
    const { file, host } = (await findPlace(asked, { wait: true })) ?? missing(invocation)
    const here = chrootDir ? { run: runChrooted(chrootDir) } : {}
    const run = host === undefined ? here : { run: host.run.bind(host) }
    return createExec({ ...options, ...run, find: () => file })(invocation)
  }
}

/**
 * Where the program of a plugin is: in the first directory of the path in which the host has it, or this process sees
 * it. Undefined when it is nowhere.
 *
 * @param wait for a host that can be asked, if that is what is missing.
 * @throws CniError 999 `cni/plugin-missing` for a type that is no file name.
 */
export async function findPlace(
  invocation: PluginInvocation,
  { wait }: { readonly wait: boolean },
): Promise<Place | undefined> {
  const { type, host, signal } = invocation
  validatePluginType(type)
  const found = await host?.find(type, { signal })
  const place = choose(invocation, found)
  if (place !== undefined || host === undefined || found !== undefined || !wait) return place
  return choose(invocation, await host.find(type, { signal, wait }))
}

function choose({ type, path, host }: PluginInvocation, found: readonly string[] = []): Place | undefined {
  for (const directory of path) {
    const there = found.find((one) => resolve(one) === resolve(directory))
    if (host !== undefined && there !== undefined) return { file: `${there}/${type}`, host }
    const here = findHere(type, directory)
    if (here !== undefined) return { file: here }
  }
  return undefined
}

function findHere(type: string, directory: string): string | undefined {
  try {
    return findPlugin(type, [directory])
  } catch (error) {
    if (error instanceof CniError) return undefined
    throw error
  }
}

function missing({ type, path }: PluginInvocation): Place {
  return { file: findPlugin(type, path) }
}
