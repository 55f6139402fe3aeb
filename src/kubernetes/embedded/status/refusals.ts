// SPDX-License-Identifier: Apache-2.0

// The refusals of the API in the words of the real server, because kubectl and controllers match them.

import { StatusError } from './status-error.ts'
import type { StatusCause } from './status-error.ts'

/** A resource as refusals name it. */
export interface NamedResource {
  readonly group: string
  readonly plural: string
}

/** `pods` or `deployments.apps`. */
function qualifiedName({ group, plural }: NamedResource): string {
  return group === '' ? plural : `${plural}.${group}`
}

/** 404 for an object that is not there. */
export function notFound(resource: NamedResource, name: string): StatusError {
  return new StatusError({
    code: 404,
    reason: 'NotFound',
    message: `${qualifiedName(resource)} "${name}" not found`,
    details: { name, group: resource.group, kind: resource.plural },
  })
}

/** 409 for a name that is taken. */
export function alreadyExists(resource: NamedResource, name: string): StatusError {
  return new StatusError({
    code: 409,
    reason: 'AlreadyExists',
    message: `${qualifiedName(resource)} "${name}" already exists`,
    details: { name, group: resource.group, kind: resource.plural },
  })
}

/** 409 for a write that is based on something older. */
export function conflict(resource: NamedResource, name: string, problem: string): StatusError {
  return new StatusError({
    code: 409,
    reason: 'Conflict',
    message: `Operation cannot be fulfilled on ${qualifiedName(resource)} "${name}": ${problem}`,
    details: { name, group: resource.group, kind: resource.plural },
  })
}

/** The problem of a conflict over the resource version. */
export const staleObject =
  'the object has been modified; please apply your changes to the latest version and try again'

/** 403 for what admission refuses. */
export function forbidden(
  resource: NamedResource,
  name: string,
  problem: string,
  causes?: readonly StatusCause[],
): StatusError {
  return new StatusError({
    code: 403,
    reason: 'Forbidden',
    message: `${qualifiedName(resource)} "${name}" is forbidden: ${problem}`,
    details: { name, group: resource.group, kind: resource.plural, causes },
  })
}

/** 400 for a request that cannot be understood. */
export function badRequest(message: string): StatusError {
  return new StatusError({ code: 400, reason: 'BadRequest', message })
}

/** 404 for a path that names nothing that this server has. */
export function unknownPath(): StatusError {
  return new StatusError({
    code: 404,
    reason: 'NotFound',
    message: 'the server could not find the requested resource',
    details: {},
  })
}

/** 405 for a verb that the resource does not have. */
export function methodNotAllowed(resource: NamedResource, verb: string): StatusError {
  return new StatusError({
    code: 405,
    reason: 'MethodNotAllowed',
    message: `${verb} is not supported on resources of kind "${qualifiedName(resource)}"`,
    details: { group: resource.group, kind: resource.plural },
  })
}

/** 415 for a body in a format that is not read here. */
export function unsupportedMediaType(accepted: readonly string[]): StatusError {
  return new StatusError({
    code: 415,
    reason: 'UnsupportedMediaType',
    message: `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  })
}

/** 406 for an Accept header that names nothing that can be written. */
export function notAcceptable(offered: readonly string[]): StatusError {
  return new StatusError({
    code: 406,
    reason: 'NotAcceptable',
    message: `only the following media types are accepted: ${offered.join(', ')}`,
  })
}

/** 410 for a resource version that is older than what is kept. */
export function expired(message: string): StatusError {
  return new StatusError({ code: 410, reason: 'Expired', message })
}

/** 501 for a feature that this server leaves out unless a hook serves it. */
export function notOffered(hook: string, verb: 'is' | 'are' = 'is'): StatusError {
  const message = `${hook} ${verb} not offered by this API server: it has no kubelet behind it, and no hook for ${hook} is set`
  return new StatusError({ code: 501, reason: 'NotImplemented', message })
}
