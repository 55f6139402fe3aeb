// SPDX-License-Identifier: Apache-2.0

import { isDeepStrictEqual } from 'node:util'
import { isJsonObject } from '../../../base/index.ts'
import type { JsonValue } from '../../../base/index.ts'
import { isJsonList, ownValue, textOf } from '../json/edit.ts'
import { extentOf } from '../json/extent.ts'
import { badRequest } from '../status/refusals.ts'
import { StatusError } from '../status/status-error.ts'

const maxOperations = 10_000
// A short patch can double a value again and again by copying it.
const maxCopied = 100_000
const maxDepth = 500

/**
 * The value after a JSON patch (RFC 6902).
 *
 * @throws StatusError 400 for a patch that cannot be read, 422 for one that does not fit the value
 */
export function applyJsonPatch(value: JsonValue, patch: JsonValue): JsonValue {
  if (!isJsonList(patch))
    throw badRequest(
      'error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch',
    )
  if (patch.length > maxOperations) {
    throw tooLarge(`The allowed maximum operations in a JSON patch is ${maxOperations}, got ${patch.length}`)
  }
  let result = value
  let budget = maxCopied
  for (const operation of patch) {
    budget -= copiedBy(operation, result, budget)
    if (budget < 0) throw tooLarge('Unable to complete the JSON patch: it copies too much')
    result = applyOperation(result, operation)
  }
  return result
}

/** How many values an operation copies, or a little more than it may. */
function copiedBy(operation: JsonValue, value: JsonValue, budget: number): number {
  if (!isJsonObject(operation) || operation['op'] !== 'copy') return 0
  const { count, depth } = extentOf(find(value, pointer(operation['from'])), {
    depth: maxDepth,
    count: budget,
  })
  return depth > maxDepth ? Infinity : count
}

function tooLarge(message: string): StatusError {
  return new StatusError({ code: 413, reason: 'RequestEntityTooLarge', message })
}

function applyOperation(value: JsonValue, operation: JsonValue): JsonValue {
  if (!isJsonObject(operation)) throw badRequest('error decoding patch: an operation is not an object')
  const path = pointer(operation['path'])
  const given = operation['value'] ?? null
  switch (textOf(operation['op'])) {
    case 'add':
      return add(value, path, given)
    case 'remove':
      return edit(value, path, removeMember)
    case 'replace':
      return path.length === 0 ? given : edit(value, path, (parent, key) => replaceMember(parent, key, given))
    case 'move': {
      const from = pointer(operation['from'])
      return add(edit(value, from, removeMember), path, find(value, from))
    }
    case 'copy':
      return add(value, path, find(value, pointer(operation['from'])))
    case 'test':
      if (!isDeepStrictEqual(find(value, path), given)) throw rejected()
      return value
    default:
      throw badRequest(`Unexpected kind: ${JSON.stringify(operation['op'] ?? null)}`)
  }
}

function pointer(text: JsonValue | undefined): readonly string[] {
  if (text === '') return []
  if (typeof text !== 'string' || !text.startsWith('/'))
    throw badRequest('error decoding patch: a path is missing')
  return text
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function add(value: JsonValue, path: readonly string[], given: JsonValue): JsonValue {
  return path.length === 0 ? given : edit(value, path, (parent, key) => insert(parent, key, given))
}

type Edit = (parent: JsonValue, key: string) => JsonValue

function edit(value: JsonValue, path: readonly string[], change: Edit): JsonValue {
  const [key, ...rest] = path
  if (key === undefined) throw rejected()
  if (rest.length === 0) return change(value, key)
  return replaceMember(value, key, edit(member(value, key), rest, change))
}

function find(value: JsonValue, path: readonly string[]): JsonValue {
  let current = value
  for (const key of path) current = member(current, key)
  return current
}

function member(parent: JsonValue, key: string): JsonValue {
  const found = isJsonList(parent)
    ? parent[indexIn(parent, key)]
    : isJsonObject(parent)
      ? ownValue(parent, key)
      : undefined
  if (found === undefined) throw rejected()
  return found
}

function insert(parent: JsonValue, key: string, value: JsonValue): JsonValue {
  if (isJsonList(parent))
    return parent.toSpliced(key === '-' ? parent.length : indexIn(parent, key, true), 0, value)
  if (!isJsonObject(parent)) throw rejected()
  return { ...parent, [key]: value }
}

function replaceMember(parent: JsonValue, key: string, value: JsonValue): JsonValue {
  member(parent, key)
  return isJsonList(parent) ? parent.toSpliced(indexIn(parent, key), 1, value) : insert(parent, key, value)
}

function removeMember(parent: JsonValue, key: string): JsonValue {
  member(parent, key)
  if (isJsonList(parent)) return parent.toSpliced(indexIn(parent, key), 1)
  if (!isJsonObject(parent)) throw rejected()
  const { [key]: _removed, ...rest } = parent
  return Object.fromEntries(
    Object.entries(rest).flatMap(([name, one]) => (one === undefined ? [] : [[name, one]])),
  )
}

function indexIn(list: readonly JsonValue[], key: string, end = false): number {
  const index = /^(?:0|[1-9]\d*)$/.test(key) ? Number(key) : -1
  if (index < 0 || index >= list.length + (end ? 1 : 0)) throw rejected()
  return index
}

function rejected(): StatusError {
  return new StatusError({
    code: 422,
    reason: 'Invalid',
    message: 'the server rejected our request due to an error in our request',
    details: {},
  })
}
