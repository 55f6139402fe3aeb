// SPDX-License-Identifier: Apache-2.0

import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { badRequest, notOffered, unknownPath } from '../status/refusals.ts'
import { chooseProtocol } from '../streams/web-socket.ts'
import { execProtocols, serveExec } from '../streams/exec.ts'
import type { ResourceRequest, ServerContext } from './context.ts'
import { storedObject } from './read-routes.ts'
import type { ApiRequest } from './request.ts'
import { isSet } from './request.ts'
import { findTarget } from './router.ts'
import { containerOf } from './subresource-routes.ts'

/** A connection that is to change its protocol. */
export interface Upgrade {
  readonly message: IncomingMessage
  readonly socket: Duplex
  /** What was read beyond the request. */
  readonly head: Buffer
}

/** Connects `kubectl exec` and its like with the hook that serves them. @throws StatusError */
export function upgradeRoute(context: ServerContext, request: ApiRequest, upgrade: Upgrade): void {
  const target = findTarget(context, request)
  const subresource = target?.path.subresource
  if (target === undefined || target.resource.plural !== 'pods') throw unknownPath()
  if (subresource !== 'attach' && subresource !== 'exec' && subresource !== 'portforward') throw unknownPath()
  const pod = storedObject(target)
  const { namespace, name = '' } = target.path
  const { stream, exec } = context.hooks
  if (stream !== undefined) {
    const { message, socket, head } = upgrade
    stream({ namespace, name, pod, subresource, query: request.query }, message, socket, head)
  } else if (exec !== undefined && subresource !== 'portforward') {
    execRoute(target, upgrade, exec)
  } else {
    throw notOffered(subresource)
  }
}

function execRoute(target: ResourceRequest, upgrade: Upgrade, run: Parameters<typeof serveExec>[3]): void {
  const { query } = target.request
  const { namespace, name = '' } = target.path
  const pod = storedObject(target)
  const protocol = chooseProtocol(upgrade.message, execProtocols)
  if (protocol === undefined) {
    throw badRequest(
      `exec is offered over WebSockets only (${execProtocols.join(', ')}): use kubectl 1.31 or newer`,
    )
  }
  const facts = {
    namespace,
    name,
    pod,
    container: containerOf(pod, query.get('container') ?? ''),
    command: query.getAll('command'),
    tty: isSet(query, 'tty'),
    wantsStdin: isSet(query, 'stdin'),
  }
  serveExec(upgrade, protocol, facts, run)
}
