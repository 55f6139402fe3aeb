// SPDX-License-Identifier: Apache-2.0

import { notAcceptable } from '../status/refusals.ts'

/** How the client wants an answer. */
export interface Representation {
  readonly format: 'json' | 'yaml'
  /** The objects themselves, a table of them, or their metadata only. */
  readonly as: 'object' | 'table' | 'metadata'
  /** Version of meta.k8s.io, for tables and metadata. */
  readonly version: string
  /** Version of apidiscovery.k8s.io, when the whole of discovery is wanted in one answer. */
  readonly discovery?: string
}

const plain: Representation = { format: 'json', as: 'object', version: 'v1' }
const offered = ['application/json', 'application/yaml']

/**
 * The first representation of an Accept header that is offered here.
 *
 * @throws StatusError 406 when there is none
 */
export function negotiate(accept: string): Representation {
  const clauses = accept
    .split(',')
    .map((clause) => clause.trim())
    .filter((clause) => clause !== '')
  if (clauses.length === 0) return plain
  for (const clause of clauses) {
    const representation = parseClause(clause)
    if (representation !== undefined) return representation
  }
  throw notAcceptable(offered)
}

function parseClause(clause: string): Representation | undefined {
  const [type = '', ...rest] = clause.split(';').map((part) => part.trim())
  const params = new Map(
    rest.map((part): [string, string] => [part.split('=')[0] ?? '', part.split('=')[1] ?? '']),
  )
  const format = formats[type.toLowerCase()]
  if (format === undefined) return undefined
  const as = params.get('as')
  const version = params.get('v') ?? 'v1'
  if (as === undefined) return { ...plain, format }
  if (params.get('g') === 'apidiscovery.k8s.io') {
    return as === 'APIGroupDiscoveryList' && (version === 'v2' || version === 'v2beta1')
      ? { ...plain, discovery: version }
      : undefined
  }
  if (params.get('g') !== 'meta.k8s.io' || (version !== 'v1' && version !== 'v1beta1')) return undefined
  if (as === 'Table') return { format, as: 'table', version }
  return as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList'
    ? { format, as: 'metadata', version }
    : undefined
}

const formats: Readonly<Record<string, Representation['format']>> = {
  'application/json': 'json',
  'application/*': 'json',
  '*/*': 'json',
  'application/yaml': 'yaml',
}
