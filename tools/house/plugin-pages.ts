// SPDX-License-Identifier: Apache-2.0

import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  getCaseInsensitive,
  isJsonObject,
  parseJson,
  type JsonObject,
  type JsonValue,
} from '../../src/base/index.ts'
import { configRows, formatConfigTable } from '../../src/plugins/kit/config-table.ts'
import { decodeConfig } from '../../src/plugins/kit/decode-config.ts'
import { configJsonSchema } from '../../src/plugins/kit/json-schema.ts'
import type { Plugin } from '../../src/plugins/kit/define-plugin.ts'

const tableOf = /<!-- config: [^\n]*-->\n([\s\S]*?)<!-- \/config -->/
const headings = ['## Example', '## Configuration', '## Errors', '## Differences from the Go plugin']

/** The path of a plugin's page, from the root. */
export function pagePath(name: string): string {
  return `docs/reference/plugins/${name}.md`
}

/** The path of the JSON Schema of a plugin's configuration, from the root. */
export function schemaPath(name: string): string {
  return `docs/reference/plugins/${name}.schema.json`
}

/** The text of that file. */
export function schemaText(plugin: Plugin): string {
  return `${JSON.stringify(configJsonSchema(plugin), undefined, 2)}\n`
}

/** The page with the table of configuration keys as the plugin's schema says it. */
export function withTable(page: string, plugin: Plugin): string {
  const table = formatConfigTable(configRows(plugin))
  return page.replace(tableOf, (whole, old: string) => {
    const rows = configRows(plugin).length === 0 ? 'The plugin has no keys of its own.' : table
    return whole.replace(old + '<!-- /config -->', () => `${rows}\n<!-- /config -->`)
  })
}

/** What is wrong with the test and the page of a plugin; each line names the file. */
export function problemsWith(plugin: Plugin, root: string): string[] {
  const tests = globSync(`test/netns/*-${plugin.name}.test.ts`, { cwd: root })
  const held = tests.some((file) => readFileSync(join(root, file), 'utf8').includes('testPlugin('))
  const page = pagePath(plugin.name)
  return [
    ...(held ? [] : [`test/netns/3NN-${plugin.name}.test.ts: is missing, or does not call testPlugin()`]),
    ...(existsSync(join(root, page))
      ? pageProblems(readFileSync(join(root, page), 'utf8'), plugin).map((problem) => `${page}: ${problem}`)
      : [`${page}: is missing`]),
    ...(isCurrent(join(root, schemaPath(plugin.name)), schemaText(plugin))
      ? []
      : [`${schemaPath(plugin.name)}: is out of date; run node tools/check-plugins.ts --write`]),
  ]
}

function isCurrent(path: string, text: string): boolean {
  return existsSync(path) && readFileSync(path, 'utf8') === text
}

function pageProblems(page: string, plugin: Plugin): string[] {
  const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = '']) => text)
  return [
    ...(page.startsWith(`# ${plugin.name}\n`) ? [] : [`does not begin with "# ${plugin.name}"`]),
    ...headings.filter((heading) => !page.includes(`\n${heading}\n`)).map((heading) => `has no "${heading}"`),
    ...(tableOf.test(page)
      ? []
      : ['has no place for the table of keys: <!-- config: … --> and <!-- /config -->']),
    ...(withTable(page, plugin) === page ? [] : ['is out of date; run node tools/check-plugins.ts --write']),
    ...(examples.length > 0 ? [] : ['has no example in JSON']),
    ...examples.flatMap((text) => exampleProblems(text, plugin)),
  ]
}

/** Every part of an example that is for this plugin must be a configuration that it takes. */
function exampleProblems(text: string, plugin: Plugin): string[] {
  try {
    for (const config of configsOf(parseJson(text), plugin)) {
      decodeConfig(plugin.schemas.config, config, { path: '', what: `${plugin.name} in the example` })
    }
    return []
  } catch (error) {
    return [`example: ${String(error)}`]
  }
}

function configsOf(value: JsonValue, { name, kind }: Plugin): JsonObject[] {
  if (!isJsonObject(value)) return []
  const plugins = Array.isArray(value.plugins) ? value.plugins.filter(isJsonObject) : [value]
  return plugins
    .map((config) => (kind === 'ipam' ? getCaseInsensitive(config, 'ipam') : config))
    .filter(isJsonObject)
    .filter((config) => config.type === name)
}
