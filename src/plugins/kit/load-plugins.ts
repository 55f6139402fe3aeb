// SPDX-License-Identifier: Apache-2.0

import { existsSync, readdirSync } from 'node:fs'
import type { Dirent } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isPlugin } from './define-plugin.ts'
import type { Plugin, PluginKind } from './define-plugin.ts'

const kinds: readonly PluginKind[] = ['main', 'ipam', 'meta']

/** Where one plugin's source stands. */
export interface PluginSource {
  readonly kind: PluginKind
  readonly name: string
  /** The file whose exports hold the plugin. */
  readonly file: string
}

/** The plugins in the folders `main`, `ipam` and `meta` of `root`: a file `name.ts` or a folder with `index.ts` each. */
export function listPluginSources(root: string = join(import.meta.dirname, '..')): PluginSource[] {
  return kinds.flatMap((kind) => {
    const folder = join(root, kind)
    if (!existsSync(folder)) return []
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() || isSource(entry.name))
      .map((entry) => ({ kind, ...sourceOf(folder, entry) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  })
}

/**
 * The bundled plugins by type. The registry is the folder: a plugin is known once its file is there.
 *
 * @throws Error for a file that does not export one plugin of its own name and kind.
 */
export async function loadPlugins(root?: string): Promise<ReadonlyMap<string, Plugin>> {
  const plugins = await Promise.all(listPluginSources(root).map(loadPlugin))
  const byName = new Map(plugins.map((plugin) => [plugin.name, plugin]))
  if (byName.size < plugins.length) throw new Error('Cannot load the plugins: two have the same name')
  return byName
}

async function loadPlugin({ kind, name, file }: PluginSource): Promise<Plugin> {
  const exported: unknown = await import(pathToFileURL(file).href)
  const found = Object.values(exported ?? {}).filter(isPlugin)
  const [plugin] = found
  if (plugin?.name === name && plugin.kind === kind && found.length === 1) return plugin
  const names = found.map((one) => `${one.kind} ${one.name}`).join(', ') || 'none'
  throw new Error(`Cannot load ${file}: it must export one plugin, ${kind} ${name}, but exports ${names}`)
}

// In a bundle the sources have become JavaScript.
function sourceOf(folder: string, entry: Dirent): Pick<PluginSource, 'name' | 'file'> {
  const { name } = entry
  if (!entry.isDirectory()) return { name: name.slice(0, -'.ts'.length), file: join(folder, name) }
  const bundled = join(folder, name, 'index.js')
  return { name, file: existsSync(bundled) ? bundled : join(folder, name, 'index.ts') }
}

function isSource(name: string): boolean {
  return /\.[jt]s$/.test(name) && !name.endsWith('.test.ts')
}
