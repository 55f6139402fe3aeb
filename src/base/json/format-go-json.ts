// SPDX-License-Identifier: Apache-2.0

import type { JsonObject, JsonValue } from './value.ts'

/** How the text is laid out. */
export interface GoJsonOptions {
  /** Blanks per level; everything in one line when absent. CNI results use 4. */
  readonly indent?: number
  /** Keys in the order of their bytes at each level, as Go writes maps; otherwise in insertion order. */
  readonly sortKeys?: boolean
}

/** JSON text byte for byte as Go's encoding/json writes it; keys whose value is undefined are left out. */
export function formatGoJson(value: JsonValue, { indent, sortKeys = false }: GoJsonOptions = {}): string {
  const text = sortKeys ? undefined : formatFast(value, indent)
  return text ?? format(value, { unit: indent === undefined ? undefined : ' '.repeat(indent), sortKeys }, '')
}

// JavaScript lays JSON out as Go does. Undefined for text with a lone surrogate, which it escapes and Go replaces.
function formatFast(value: JsonValue, indent: number | undefined): string | undefined {
  const text = JSON.stringify(value, undefined, indent)
  return text.includes(String.raw`\ud`) ? undefined : escapeForGo(text)
}

interface Layout {
  readonly unit: string | undefined
  readonly sortKeys: boolean
}

function format(value: JsonValue, layout: Layout, margin: string): string {
  if (typeof value === 'string') return formatString(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const inner = margin + (layout.unit ?? '')
  if (isArray(value)) {
    const items = value.map((item) => format(item, layout, inner))
    return enclose('[]', items, { unit: layout.unit, margin })
  }
  const colon = layout.unit === undefined ? ':' : ': '
  const items = entriesOf(value, layout.sortKeys).map(
    ([key, member]) => formatString(key) + colon + format(member, layout, inner),
  )
  return enclose('{}', items, { unit: layout.unit, margin })
}

function enclose(
  brackets: '[]' | '{}',
  items: readonly string[],
  { unit, margin }: { unit: string | undefined; margin: string },
): string {
  const [open, close] = [brackets.charAt(0), brackets.charAt(1)]
  if (items.length === 0) return brackets
  if (unit === undefined) return open + items.join(',') + close
  return `${open}\n${items.map((item) => margin + unit + item).join(',\n')}\n${margin}${close}`
}

function entriesOf(object: JsonObject, sortKeys: boolean): [string, JsonValue][] {
  const entries = Object.entries(object).filter(
    (entry): entry is [string, JsonValue] => entry[1] !== undefined,
  )
  return sortKeys ? entries.sort(([a], [b]) => compareBytes(a, b)) : entries
}

// From here on the order of UTF-16 units is not that of bytes.
const beyond = /[\ud800-\uffff]/

function compareBytes(a: string, b: string): number {
  if (beyond.test(a) || beyond.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return a < b ? -1 : Number(a > b)
}

// Go escapes what HTML and old JavaScript would trip over, and has no lone surrogates.
const goEscapes = /[<>&\u2028\u2029]/g

function formatString(text: string): string {
  return escapeForGo(JSON.stringify(text.toWellFormed()))
}

// In JSON these characters stand only inside strings.
function escapeForGo(json: string): string {
  return json.replaceAll(
    goEscapes,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}
