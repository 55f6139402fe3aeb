// SPDX-License-Identifier: Apache-2.0

// Each bundled plugin has a contract test and a page, and the page's table of keys is that of the schema. With --write
// the tables are brought up to date first.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { loadPlugins } from '../src/plugins/index.ts'
import { pagePath, problemsWith, withTable } from './house/plugin-pages.ts'

const plugins = [...(await loadPlugins()).values()]
if (process.argv.includes('--write')) {
  for (const plugin of plugins) {
    const page = pagePath(plugin.name)
    if (existsSync(page)) writeFileSync(page, withTable(readFileSync(page, 'utf8'), plugin))
  }
}
const problems = plugins.flatMap((plugin) => problemsWith(plugin, '.'))
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0
