// SPDX-License-Identifier: Apache-2.0

import { invalid, invalidObject } from '../status/field-error.ts'
import type { WriteOptions } from '../verbs/write-options.ts'
import { isJsonObject } from '../../../base/index.ts'
import type { JsonObject } from '../../../base/index.ts'
import { parseDeleteOptions } from '../verbs/delete.ts'
import type { DeleteOptions } from '../verbs/delete.ts'
import { parseObject } from './body.ts'
import { numberParam } from './request.ts'
import type { ApiRequest } from './request.ts'

/** How a write is to be done, from the query and the client's name. @throws StatusError 422 */
export function writeOptions({ query, userAgent, warnings }: ApiRequest): WriteOptions {
  const dryRun = query.getAll('dryRun')
  const validation = query.get('fieldValidation') ?? ''
  if (dryRun.some((value) => value !== 'All' && value !== '')) refuse('dryRun', dryRun.join(','))
  if (validation !== '' && !isValidation(validation)) refuse('fieldValidation', validation)
  return {
    dryRun: dryRun.includes('All'),
    // As upstream names a client that does not name itself: what stands before the version.
    fieldManager: query.get('fieldManager') || (userAgent.split('/')[0] ?? '').slice(0, 128) || 'unknown',
    fieldValidation: isValidation(validation) ? validation : 'Warn',
    warn: (text) => {
      warnings.push(text)
    },
  }
}

function isValidation(text: string): text is WriteOptions['fieldValidation'] {
  return text === 'Ignore' || text === 'Warn' || text === 'Strict'
}

function refuse(field: string, value: string): never {
  throw invalidObject({ group: 'meta.k8s.io', kind: 'CreateOptions', name: '' }, [
    invalid(field, value, 'is not a supported value'),
  ])
}

/** How a deletion is to be done, from its body or its query. @throws StatusError 400 */
export async function deleteOptions(request: ApiRequest): Promise<DeleteOptions> {
  const bytes = await request.body()
  const body: JsonObject = bytes.length === 0 ? {} : parseObject(bytes, request.contentType)
  const { query } = request
  const fromQuery: JsonObject = {
    ...(query.has('propagationPolicy') ? { propagationPolicy: query.get('propagationPolicy') } : {}),
    ...(query.has('gracePeriodSeconds')
      ? { gracePeriodSeconds: numberParam(query, 'gracePeriodSeconds') ?? null }
      : {}),
    ...(query.has('dryRun') ? { dryRun: query.getAll('dryRun') } : {}),
    ...(query.has('orphanDependents') ? { orphanDependents: query.get('orphanDependents') === 'true' } : {}),
  }
  return parseDeleteOptions({ ...fromQuery, ...(isJsonObject(body) ? body : {}) })
}
