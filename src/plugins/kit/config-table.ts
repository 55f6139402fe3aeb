// SPDX-License-Identifier: Apache-2.0

import type { Plugin } from './define-plugin.ts'
import { jsonSchemaOf } from './json-schema.ts'

type JsonSchema = ReturnType<typeof jsonSchemaOf>
type Member = JsonSchema | boolean

/** One key of a configuration. */
export interface ConfigRow {
  /** Such as `ipam.ranges[][].subnet`. */
  readonly key: string
  readonly type: string
  readonly required: boolean
  readonly about: string
}

/** All keys that a plugin knows, with the paths under which they stand in a configuration. */
export function configRows({ kind, schemas }: Pick<Plugin, 'kind' | 'schemas'>): ConfigRow[] {
  const own = kind === 'ipam' ? 'ipam.' : ''
  return [
    ...objectRows(jsonSchemaOf(schemas.config), own),
    ...objectRows(jsonSchemaOf(schemas.runtimeConfig), 'runtimeConfig.'),
    ...objectRows(jsonSchemaOf(schemas.configArgs), 'args.cni.'),
  ]
}

function objectRows({ properties = {}, required = [] }: JsonSchema, prefix: string): ConfigRow[] {
  const rows: ConfigRow[] = []
  for (const [name, member] of Object.entries(properties)) {
    const key = `${prefix}${name}`
    const about = typeof member === 'boolean' ? '' : (member.description ?? '')
    rows.push(
      { key, type: typeText(member), required: required.includes(name), about },
      ...innerRows(member, key),
    )
  }
  return rows
}

function innerRows(member: Member, key: string): ConfigRow[] {
  if (typeof member === 'boolean') return []
  if (member.properties !== undefined) return objectRows(member, `${key}.`)
  const { items } = member
  return items === undefined || Array.isArray(items) ? [] : innerRows(items, `${key}[]`)
}

function typeText(member: Member): string {
  if (typeof member === 'boolean') return 'any'
  if (member.enum !== undefined) return member.enum.map((value) => JSON.stringify(value)).join(', ')
  if (member.type !== 'array')
    return Array.isArray(member.type) ? member.type.join(' or ') : (member.type ?? 'any')
  const { items } = member
  return items === undefined || Array.isArray(items) ? 'list' : `list of ${typeText(items)}`
}

/** The rows as a table in Markdown. */
export function formatConfigTable(rows: readonly ConfigRow[]): string {
  const lines = rows.map(({ key, type, required, about }) => {
    const text = `${about}${required ? ' Required.' : ''}`.trim().replaceAll('|', String.raw`\|`)
    return `| \`${key}\` | ${type} | ${text} |`
  })
  return ['| key | type | meaning |', '|---|---|---|', ...lines].join('\n')
}
