// SPDX-License-Identifier: Apache-2.0

// A plugin made from the templates, of each kind: it is found, it passes the contract, its page passes the checks.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { loadPlugins } from '../../src/plugins/kit/load-plugins.ts'
import { makePluginFiles } from '../../tools/house/new-plugin-files.ts'
import type { Kind } from '../../tools/house/new-plugin-files.ts'
import { pagePath, problemsWith, schemaPath, schemaText, withTable } from '../../tools/house/plugin-pages.ts'
import { checkLeaks, skip } from './fixture.ts'

checkLeaks()

const checkout = join(import.meta.dirname, '../..')

/** A checkout without plugins, everything else being this one's. */
function makeCheckout(t: TestContext): string {
  const root = mkdtempSync(join(tmpdir(), 'plait-new-'))
  t.after(() => rmSync(root, { recursive: true }))
  for (const folder of ['src/plugins', 'test/netns', 'docs'])
    mkdirSync(join(root, folder), { recursive: true })
  const shared = [
    'src/base',
    'src/cni',
    'src/linux',
    'src/plugins/kit',
    'test/netns/fixture.ts',
    'node_modules',
    'package.json',
  ]
  for (const path of shared) symlinkSync(join(checkout, path), join(root, path))
  return root
}

describe('npm run new plugin', { skip }, () => {
  for (const kind of ['main', 'ipam', 'meta'] satisfies Kind[]) {
    it(`makes a plugin of kind ${kind} that passes the contract and the checks`, async (t) => {
      const root = makeCheckout(t)
      const [, test = '', page = ''] = makePluginFiles(root, kind, 'rate-limit')
      assert.equal(page, pagePath('rate-limit'))
      const plugin = (await loadPlugins(join(root, 'src/plugins'))).get('rate-limit')
      assert.equal(plugin?.kind, kind)
      writeFileSync(join(root, page), withTable(readFileSync(join(root, page), 'utf8'), plugin))
      writeFileSync(join(root, schemaPath('rate-limit')), schemaText(plugin))
      assert.deepEqual(problemsWith(plugin, root), [])
      const { NODE_TEST_CONTEXT: _, ...env } = process.env
      const { stdout, status } = spawnSync(process.execPath, ['--test', join(root, test)], {
        encoding: 'utf8',
        env,
        timeout: 90_000,
      })
      assert.equal(status, 0, stdout)
      assert.match(stdout, /pass 2\d/)
    })
  }

  it('refuses a name that is taken or no type', (t) => {
    const root = makeCheckout(t)
    makePluginFiles(root, 'meta', 'rate-limit')
    assert.throws(
      () => makePluginFiles(root, 'main', 'rate-limit'),
      /src\/plugins\/meta\/rate-limit\.ts is there/,
    )
    assert.throws(() => makePluginFiles(root, 'main', '../x'), /use a-z, 0-9 and "-"/)
  })
})
