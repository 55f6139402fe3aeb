// SPDX-License-Identifier: Apache-2.0

import { PlaitError, isJsonObject } from '../../base/index.ts'
import type { Check, CheckKind } from './define-check.ts'
import { cachedDefaultRoutes } from './cached-routes.ts'
import { events } from './events.ts'
import { files } from './files.ts'
import { interfaces } from './interfaces.ts'
import { nodeEvents } from './node-events.ts'
import { networkStatus } from './network-status.ts'
import { nothingLeft } from './nothing-left.ts'
import { onNode } from './on-node.ts'
import { ping } from './ping.ts'
import { readiness } from './readiness.ts'
import { defaultRoutes, route } from './routes.ts'
import { sourceRule } from './rules.ts'

const kinds: ReadonlyMap<string, CheckKind> = new Map(
  [
    interfaces,
    networkStatus,
    ping,
    route,
    defaultRoutes,
    cachedDefaultRoutes,
    sourceRule,
    events,
    files,
    nothingLeft,
    onNode,
    readiness,
    nodeEvents,
  ].map((one) => [one.kind, one]),
)

/**
 * One expectation of `expect.yaml`, written as an object whose only key is the kind: `{ ping: { from: …, to: … } }`.
 *
 * @throws PlaitError that names the place and the kinds that there are.
 */
export function readCheck(value: unknown, where: string): Check {
  const entries = isJsonObject(value) ? Object.entries(value) : []
  const [[kind, spec] = ['', undefined]] = entries
  const found = kinds.get(kind)
  if (entries.length === 1 && found !== undefined) return found.read(spec ?? {}, `${where}.${kind}`)
  throw new PlaitError(
    'lab/scenario-invalid',
    `Cannot read ${where}: an expectation has one key, of ${[...kinds.keys()].join(', ')}`,
  )
}
