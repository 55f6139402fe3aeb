// SPDX-License-Identifier: Apache-2.0

// Each bundled plugin has a contract test and a page; the table of keys on the page and the JSON Schema beside
// it are those of the plugin. With --write these two are brought up to date first.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { loadPlugins } from '../src/plugins/index.ts'
import { pagePath, problemsWith, schemaPath, schemaText, withTable } from './house/plugin-pages.ts'

const plugins = [...(await loadPlugins()).values()]
if (process.argv.includes('--write')) {
  for (const plugin of plugins) {
    const page = pagePath(plugin.name)
    if (existsSync(page)) writeFileSync(page, withTable(readFileSync(page, 'utf8'), plugin))
    writeFileSync(schemaPath(plugin.name), schemaText(plugin))
  }
}
const problems = plugins.flatMap((plugin) => problemsWith(plugin, '.'))
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0
