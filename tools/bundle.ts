// SPDX-License-Identifier: Apache-2.0

// Makes build/plait, or the directory that is named: what goes into an image: the daemon and the commands in a few files of JavaScript, koffi, and
// the shim. A daemon from there starts in half the time, and needs 15 MB less, than one that runs the sources.
//   node tools/bundle.ts [DIRECTORY]

import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { build } from 'esbuild'
import { listPluginSources } from '../src/plugins/kit/load-plugins.ts'
import { keepSourcePlaces, sourcePlaces } from './house/source-places.ts'

const root = dirname(import.meta.dirname)
const target = resolve(process.argv[2] ?? join(root, 'build/plait'))
const entries = ['src/daemon/main.ts', 'src/cli/main.ts']
const plugins = listPluginSources().map(({ file }) => relative(root, file))
// What cannot be part of a file of JavaScript.
const copied = ['package.json', 'bin/plait', 'build/multus-shim', 'node_modules/koffi', ...nativeParts()]

rmSync(target, { recursive: true, force: true })
await build({
  absWorkingDir: root,
  entryPoints: [...entries, ...plugins],
  outbase: root,
  outdir: target,
  chunkNames: 'src/shared/[hash]',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  external: ['koffi'],
  banner: { js: sourcePlaces },
  plugins: [keepSourcePlaces(root)],
  logLevel: 'warning',
})
for (const path of copied) copy(path)

function copy(path: string): void {
  if (!existsSync(join(root, path))) throw new Error(`Cannot bundle ${path}: it is not there; run make`)
  mkdirSync(dirname(join(target, path)), { recursive: true })
  cpSync(join(root, path), join(target, path), { recursive: true, dereference: true })
}

/** The library of koffi for this machine stands in a package of its own. */
function nativeParts(): string[] {
  const scope = 'node_modules/@koromix'
  return existsSync(join(root, scope)) ? readdirSync(join(root, scope)).map((name) => join(scope, name)) : []
}
