// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { listPluginSources, loadPlugins } from './load-plugins.ts'

const kit = pathToFileURL(join(import.meta.dirname, 'define-plugin.ts')).href
const valibot = import.meta.resolve('valibot')

function source(name: string, kind = 'meta'): string {
  return [
    `import { object } from ${JSON.stringify(valibot)}`,
    `import { definePlugin } from ${JSON.stringify(kit)}`,
    `const base = { about: 'Nothing.', config: object({}), add: () => ({}), del: () => undefined }`,
    `export const plugin = definePlugin({ ...base, name: '${name}', kind: '${kind}' })`,
  ].join('\n')
}

function withFolder(
  files: Readonly<Record<string, string>>,
  use: (root: string) => Promise<void>,
): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'plait-plugins-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return use(root).finally(() => rmSync(root, { recursive: true }))
}

describe('loadPlugins()', () => {
  it('finds the plugins that plait carries, each under its own name', async () => {
    const plugins = await loadPlugins()
    for (const name of ['host-local', 'loopback', 'static']) assert.equal(plugins.get(name)?.name, name)
    assert.deepEqual(
      [...plugins.keys()].toSorted(),
      listPluginSources()
        .map(({ name }) => name)
        .toSorted(),
    )
  })

  it('finds a new file and a new folder, and leaves tests out', async () => {
    const files = {
      'meta/one.ts': source('one'),
      'meta/one.test.ts': 'throw new Error("a test was loaded")',
      'main/two/index.ts': source('two', 'main'),
    }
    await withFolder(files, async (root) => {
      assert.deepEqual([...(await loadPlugins(root)).keys()].toSorted(), ['one', 'two'])
    })
  })

  it('refuses a file that exports a plugin of another name', async () => {
    await withFolder({ 'meta/three.ts': source('four') }, async (root) => {
      await assert.rejects(loadPlugins(root), /must export one plugin, meta three, but exports meta four/)
    })
  })

  it('refuses a file without a plugin', async () => {
    await withFolder({ 'meta/five.ts': 'export const five = 5' }, async (root) => {
      await assert.rejects(loadPlugins(root), /must export one plugin, meta five, but exports none/)
    })
  })
})
