// SPDX-License-Identifier: Apache-2.0

import * as v from 'valibot'
import { parseAllDocuments } from 'yaml'
import { PlaitError } from '../../base/index.ts'
import { indentQuotedScalars } from './indent-quoted.ts'

/**
 * The documents of a YAML text as plain values; empty documents are left out.
 *
 * @throws PlaitError with the file's name and the line.
 */
export function parseYaml(text: string, file: string): unknown[] {
  // A value is valid in YAML 1.2 without any document; the parser then gives an empty list with a marker on it.
  return [...parseAllDocuments(indentQuotedScalars(text))].flatMap((document) => {
    const [error] = document.errors
    if (error !== undefined) {
      throw new PlaitError('lab/scenario-invalid', `Cannot read ${file}: ${firstLine(error.message)}`)
    }
    const value: unknown = document.toJS()
    return value === null || value === undefined ? [] : [value]
  })
}

/**
 * A value that fits the schema, from one parsed document.
 *
 * @throws PlaitError with the file, the path within it and what is wrong there.
 */
export function parseDocument<T extends v.GenericSchema>(
  schema: T,
  value: unknown,
  file: string,
): v.InferOutput<T> {
  const result = v.safeParse(schema, value)
  if (result.success) return result.output
  const [issue] = result.issues
  const path = v.getDotPath(issue) ?? ''
  const where = path === '' ? file : `${file} at ${path}`
  throw new PlaitError('lab/scenario-invalid', `Cannot read ${where}: ${issue.message}`)
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.replace(/:$/, '') ?? text
}
