// SPDX-License-Identifier: Apache-2.0

import { readFile } from 'node:fs/promises'
import { dirname, relative } from 'node:path'
import type { Plugin } from 'esbuild'

/**
 * Code for the head of each bundled file: it finds the root of the bundle by its own place, and tells bundled modules,
 * which find files by their place, that they stand where their sources stood. Some packages call `require`.
 */
export const sourcePlaces = `
import { createRequire as __createRequire } from 'node:module';
import { fileURLToPath as __toPath } from 'node:url';
const __root = import.meta.url.slice(0, import.meta.url.lastIndexOf('/src/') + 1);
const __at = (path) => __root + path;
const require = __createRequire(import.meta.url);
`

/** Puts the calls of {@link sourcePlaces} into the sources below `root`. */
export function keepSourcePlaces(root: string): Plugin {
  return {
    name: 'keep-source-places',
    setup: (build) => {
      build.onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => {
        const place = relative(root, path)
        if (place.startsWith('..') || place.startsWith('node_modules')) return undefined
        const source = await readFile(path, 'utf8')
        const contents = source
          .replaceAll('import.meta.url', `__at(${JSON.stringify(place)})`)
          .replaceAll('import.meta.dirname', `__toPath(__at(${JSON.stringify(dirname(place))}))`)
        return { contents, loader: 'ts' }
      })
    },
  }
}
