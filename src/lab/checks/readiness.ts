// SPDX-License-Identifier: Apache-2.0

import { request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import * as v from 'valibot'
import { isMeant } from '../scenario/is-meant.ts'
import { defineCheck } from './define-check.ts'
import type { Finding } from './define-check.ts'

const spec = v.strictObject({
  /** Names of nodes; all when absent. */
  nodes: v.optional(v.array(v.string())),
  ready: v.boolean(),
  /** Pieces of text; each must be in the answer. */
  says: v.optional(v.array(v.string()), []),
})

/** What the daemons of the nodes answer to `GET /readyz`, as a probe asks them. */
export const readiness = defineCheck('readiness', spec, async ({ nodes, ready, says }, world) => {
  const meant = world.nodes.filter((node) => isMeant(node, nodes))
  const findings = await Promise.all(
    meant.map(async ({ name, root }): Promise<Finding[]> => {
      const { status, body } = await probe(join(root, 'run/multus/multus.sock'))
      const detail = `it answers ${status}: ${body.trim()}`
      const verdict = {
        ok: (status === 200) === ready,
        text: `${name} is ${ready ? '' : 'not '}ready`,
        detail,
      }
      const pieces = says.map((piece) => ({
        ok: body.includes(piece),
        text: `the readiness of ${name} says "${piece}"`,
        detail,
      }))
      return [verdict, ...pieces]
    }),
  )
  return findings.flat()
})

const timeoutMs = 2000

async function probe(socketPath: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, path: '/readyz', timeout: timeoutMs }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject)
    })
    call.on('error', reject)
    call.on('timeout', () => call.destroy(new Error(`no answer within ${timeoutMs} ms`)))
    call.end()
  })
}
