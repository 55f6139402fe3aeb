// SPDX-License-Identifier: Apache-2.0

/** What a path of the API names. */
export interface ResourcePath {
  readonly group: string
  readonly version: string
  /** Empty when the path does not name one. */
  readonly namespace: string
  readonly plural: string
  readonly name?: string
  readonly subresource?: string
}

/** Paths below a namespace object that belong to it, not to a resource in it. */
const namespaceSubresources = new Set(['finalize', 'status'])

/** The resource that a path names; undefined when it is too short, too long or outside `/api` and `/apis`. */
export function parseResourcePath(path: readonly string[]): ResourcePath | undefined {
  const isCore = path[0] === 'api'
  if (!isCore && path[0] !== 'apis') return undefined
  const [group, version, rest] = isCore ? ['', path[1], path.slice(2)] : [path[1], path[2], path.slice(3)]
  if (group === undefined || version === undefined || rest.length === 0) return undefined
  const [first = '', second, third = ''] = rest
  if (
    first !== 'namespaces' ||
    second === undefined ||
    rest.length === 2 ||
    namespaceSubresources.has(third)
  ) {
    return named({ group, version, namespace: '' }, rest)
  }
  return named({ group, version, namespace: second }, rest.slice(2))
}

function named(
  scope: Pick<ResourcePath, 'group' | 'version' | 'namespace'>,
  [plural, name, subresource, ...more]: readonly string[],
): ResourcePath | undefined {
  if (plural === undefined || more.length > 0) return undefined
  return {
    ...scope,
    plural,
    ...(name === undefined ? {} : { name }),
    ...(subresource === undefined ? {} : { subresource }),
  }
}
