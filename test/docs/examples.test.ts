// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { isJsonObject, parseJson } from '../../src/base/index.ts'
import type { JsonObject, JsonValue } from '../../src/base/index.ts'
import { parseManifests } from '../../src/lab/scenario/manifests.ts'
import { parseYaml } from '../../src/lab/scenario/parse-yaml.ts'
import { networksAnnotation, parseNetworks } from '../../src/multus/index.ts'
import { checkout } from '../lab/run-plait.ts'
import { networkProblems } from './network-problems.ts'
import { readPages, type Fence } from './pages.ts'

// A block that shows a mistake on purpose says so after its language: `broken`.
const fences = readPages()
  .flatMap((page) => page.fences)
  .filter(({ words }) => !words.includes('broken'))
const inLanguage = (...languages: readonly string[]) =>
  fences.filter(({ language }) => languages.includes(language))

/** What `inspect` complains about in each block, with the place; a block that it throws on is one complaint. */
function complaints(blocks: readonly Fence[], inspect: (fence: Fence) => readonly string[]): string[] {
  return blocks.flatMap((fence) => {
    try {
      return inspect(fence).map((problem) => `${fence.place}: ${problem}`)
    } catch (error) {
      return [`${fence.place}: ${String(error)}`]
    }
  })
}

/** A CNI configuration, as the plugin pages show them; the configurations of Multus and the daemon are none. */
function isNetwork(value: JsonValue): boolean {
  if (!isJsonObject(value) || value['cniVersion'] === undefined) return false
  const { plugins, type, socketDir } = value
  if (socketDir !== undefined) return false
  return Array.isArray(plugins) || (type !== 'multus' && type !== 'multus-shim')
}

function manifestProblems(object: JsonObject): string[] {
  const { kind, spec } = object
  const config = kind === 'NetworkAttachmentDefinition' && isJsonObject(spec) ? spec['config'] : undefined
  const template = isJsonObject(spec) ? spec['template'] : undefined
  return [
    ...(typeof config === 'string' && config !== '' ? networkProblems(config) : []),
    ...annotationProblems(object),
    ...(isJsonObject(template) ? annotationProblems(template) : []),
  ]
}

function annotationProblems({ metadata }: JsonObject): string[] {
  const annotations = isJsonObject(metadata) ? metadata['annotations'] : undefined
  const networks = isJsonObject(annotations) ? annotations[networksAnnotation] : undefined
  if (typeof networks !== 'string') return []
  return parseNetworks(networks, 'default').length > 0 ? [] : ['the annotation names no network']
}

describe('examples of the documentation', () => {
  it('in JSON parse, and the networks among them are what the bundled plugins take', () => {
    const found = complaints(inLanguage('json'), ({ text }) =>
      isNetwork(parseJson(text)) ? networkProblems(text) : [],
    )
    assert.deepEqual(found, [])
  })

  it('in YAML parse, and the manifests among them are what plait takes', () => {
    const found = complaints(inLanguage('yaml'), ({ text, place }) =>
      /^apiVersion:/m.test(text)
        ? parseManifests(text, place).flatMap(manifestProblems)
        : (parseYaml(text, place), []),
    )
    assert.deepEqual(found, [])
  })

  it('that show a file show it as it is', () => {
    const found = complaints(fences, ({ words, text }) => {
      const [, path] = /^file=(.*)$/.exec(words.find((word) => word.startsWith('file=')) ?? '') ?? []
      if (path === undefined) return []
      return readFileSync(join(checkout, path), 'utf8').includes(text) ? [] : [`is not in ${path}`]
    })
    assert.deepEqual(found, [])
  })

  it('in shell are shell', () => {
    const found = complaints(inLanguage('sh', 'bash'), ({ text }) => {
      const { status, stderr } = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' })
      return status === 0 ? [] : [stderr.trim()]
    })
    assert.deepEqual(found, [])
  })

  it('are all in a language that has a meaning here, or in none', () => {
    const known = new Set(['', 'c', 'json', 'sh', 'text', 'ts', 'yaml'])
    assert.deepEqual(
      fences.filter(({ language }) => !known.has(language)).map(({ place }) => place),
      [],
    )
  })
})
