// SPDX-License-Identifier: Apache-2.0

import { isJsonObject } from '../../../base/index.ts'
import type { JsonValue } from '../../../base/index.ts'
import { isJsonList, ownValue, textOf } from '../json/edit.ts'

type Step =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'every' }
  | { readonly kind: 'filter'; readonly path: readonly Step[]; readonly value: string }

const stepPattern =
  /\.?(?:\['((?:[^'\\]|\\.)*)'\]|\[(-?\d+)\]|\[\*\]|\[\?\(\s*@((?:\.[\w-]+)+)\s*==\s*["']([^"']*)["']\s*\)\]|([\w-]+(?:\\\.[\w-]+)*)|(\*))/y

/**
 * A JSONPath as printer columns and scale paths use them: `.spec.a`, `['a.b']`, `[0]`, `[*]`,
 * `[?(@.type=="Ready")]`. Undefined when the text is none of these.
 */
export function parseJsonPath(text: string): readonly Step[] | undefined {
  const steps: Step[] = []
  stepPattern.lastIndex = 0
  while (stepPattern.lastIndex < text.length) {
    const at = stepPattern.lastIndex
    const match = stepPattern.exec(text)
    if (match === null || match[0] === '') return undefined
    const step = stepOf(match)
    if (step === undefined) return undefined
    steps.push(step)
    stepPattern.lastIndex = at + match[0].length
  }
  return steps.length === 0 ? undefined : steps
}

function stepOf(match: RegExpExecArray): Step | undefined {
  const [whole, quoted, index, filterPath, filterValue, key] = match
  if (quoted !== undefined) return { kind: 'key', key: quoted.replaceAll(/\\(.)/g, '$1') }
  if (index !== undefined) return { kind: 'index', index: Number(index) }
  if (key !== undefined) return { kind: 'key', key: key.replaceAll('\\.', '.') }
  if (filterPath === undefined) return whole.includes('*') ? { kind: 'every' } : undefined
  const path = filterPath
    .slice(1)
    .split('.')
    .map((part): Step => ({ kind: 'key', key: part }))
  return { kind: 'filter', path, value: filterValue ?? '' }
}

/** All values that a path finds, in order. */
export function findByPath(value: JsonValue, path: readonly Step[]): readonly JsonValue[] {
  let found: readonly JsonValue[] = [value]
  for (const step of path) found = found.flatMap((one) => follow(one, step))
  return found
}

function follow(value: JsonValue, step: Step): readonly JsonValue[] {
  switch (step.kind) {
    case 'key': {
      const child = isJsonObject(value) ? ownValue(value, step.key) : undefined
      return child === undefined ? [] : [child]
    }
    case 'index': {
      const child = isJsonList(value) ? value.at(step.index) : undefined
      return child === undefined ? [] : [child]
    }
    case 'every':
      if (isJsonList(value)) return value
      return isJsonObject(value) ? Object.values(value).filter((one) => one !== undefined) : []
    case 'filter':
      if (!isJsonList(value)) return []
      return value.filter((item) => findByPath(item, step.path).some((one) => textOf(one) === step.value))
  }
}

/** The field names of a path that only goes through objects, such as `.spec.replicas`; otherwise undefined. */
export function fieldNames(text: string): readonly string[] | undefined {
  const steps = parseJsonPath(text)
  const names = steps?.flatMap((step) => (step.kind === 'key' ? [step.key] : []))
  return names !== undefined && names.length === steps?.length ? names : undefined
}
