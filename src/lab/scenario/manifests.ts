// SPDX-License-Identifier: Apache-2.0

import * as v from 'valibot'
import { PlaitError, isJsonObject, type JsonObject } from '../../base/index.ts'
import { parseDocument, parseYaml } from './parse-yaml.ts'

const head = v.looseObject({
  apiVersion: v.string(),
  kind: v.string(),
  metadata: v.looseObject({ name: v.string(), namespace: v.optional(v.string()) }),
})

/**
 * The Kubernetes objects of one YAML file, in the file's order.
 *
 * @throws PlaitError with the file and the place when a document is no Kubernetes object.
 */
export function parseManifests(text: string, file: string): JsonObject[] {
  return parseYaml(text, file).map((document) => {
    parseDocument(head, document, file)
    if (isJsonObject(document)) return document
    throw new PlaitError('lab/scenario-invalid', `Cannot read ${file}: a document is no object`)
  })
}
