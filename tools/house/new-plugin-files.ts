// SPDX-License-Identifier: Apache-2.0

import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const templates = join(import.meta.dirname, '../templates')
const examples = {
  main: { type: '{{name}}', mtu: 1400, ipam: { type: 'host-local', subnet: '10.9.0.0/24' } },
  ipam: { type: 'bridge', ipam: { type: '{{name}}', address: '10.9.0.5/24' } },
  meta: { type: '{{name}}', example: 'value' },
} as const

/** The folders in which a plugin can stand. */
export type Kind = keyof typeof examples

/** Tells whether a word is one of the folders. */
export function isKind(word: string): word is Kind {
  return Object.hasOwn(examples, word)
}

/**
 * Makes the source, the test and the page of a plugin from the templates.
 *
 * @returns the paths of the files, from the root.
 * @throws Error for a name that is taken or no plugin type.
 */
export function makePluginFiles(root: string, kind: Kind, name: string): string[] {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) throw new Error(`Cannot make plugin "${name}": use a-z, 0-9 and "-"`)
  const taken = globSync(`src/plugins/{main,ipam,meta}/${name}{,.ts}`, { cwd: root })
  if (taken.length > 0) throw new Error(`Cannot make plugin "${name}": ${taken.join(', ')} is there`)
  const config = JSON.stringify({ cniVersion: '1.1.0', name: 'lan', ...examples[kind] }, undefined, 2)
  const words = {
    identifier: name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
    example: config,
    name,
  }
  const files = {
    [`src/plugins/${kind}/${name}.ts`]: `${kind}.ts.txt`,
    [`test/netns/${nextNumber(root)}-${name}.test.ts`]: `${kind}.test.ts.txt`,
    [`docs/reference/plugins/${name}.md`]: 'page.md',
  }
  for (const [path, template] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), fill(readFileSync(join(templates, template), 'utf8'), words), {
      flag: 'wx',
    })
  }
  return Object.keys(files)
}

function fill(template: string, words: Readonly<Record<string, string>>): string {
  let text = template
  for (const [word, value] of Object.entries(words)) text = text.replaceAll(`{{${word}}}`, () => value)
  return text
}

/** The first number from 330 on that no test has; those before are of the plugins that plait began with. */
function nextNumber(root: string): number {
  const used = globSync('test/netns/3*.test.ts', { cwd: root }).map((path) =>
    Number(/(\d+)-/.exec(path)?.[1]),
  )
  return Math.max(329, ...used) + 1
}
