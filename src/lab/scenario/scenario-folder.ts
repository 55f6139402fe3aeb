// SPDX-License-Identifier: Apache-2.0

import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PlaitError } from '../../base/index.ts'
import { parseScenario, type ScenarioSource } from './scenario.ts'

/** Where the built-in scenarios are: one folder each. */
const builtInScenarios: string = fileURLToPath(new URL('../../../scenarios/', import.meta.url))

/**
 * The files of a scenario, by the name of a built-in one or the path of a folder.
 *
 * @throws PlaitError `lab/scenario-unknown` that lists the built-in ones.
 */
export function readScenario(nameOrFolder: string): ScenarioSource {
  const isName = /^[a-z0-9-]+$/.test(nameOrFolder)
  const folders = [...(isName ? [join(builtInScenarios, nameOrFolder)] : []), resolve(nameOrFolder)]
  const folder = folders.find((path) => existsSync(join(path, 'topology.yaml')))
  if (folder === undefined) {
    throw new PlaitError(
      'lab/scenario-unknown',
      `Cannot find scenario ${nameOrFolder}: no folder of that name holds a topology.yaml; built in are ${scenarioNames().join(', ')}`,
    )
  }
  return { name: basename(folder), files: readFolder(folder) }
}

/** The built-in scenarios with what each is about, in alphabetical order. */
export function listScenarios(): { readonly name: string; readonly about: string }[] {
  return scenarioNames().map((name) => ({
    name,
    about: parseScenario(readScenario(name)).topology.about,
  }))
}

function scenarioNames(): string[] {
  return readdirSync(builtInScenarios, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted()
}

function readFolder(folder: string): Record<string, string> {
  const manifests = join(folder, 'manifests')
  const names = [
    'topology.yaml',
    'expect.yaml',
    ...(existsSync(manifests) ? readdirSync(manifests).map((name) => `manifests/${name}`) : []),
  ]
  return Object.fromEntries(
    names
      .filter((name) => /\.ya?ml$/.test(name) && existsSync(join(folder, name)))
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  )
}
