// SPDX-License-Identifier: Apache-2.0

import type * as v from 'valibot'
import { describeError } from '../../base/index.ts'
import { parseDocument } from '../scenario/parse-yaml.ts'
import type { World } from './world.ts'

/** One thing that was looked at: what should be, and, when it is not so, what is there instead. */
export interface Finding {
  readonly ok: boolean
  readonly text: string
  readonly detail?: string
  /** For a ping: a cell of the table of pings. */
  readonly trip?: Trip
}

/** One ping: who asked, whom, and how long the answer took. */
export interface Trip {
  readonly from: string
  /** An address, or `peers over net1`. */
  readonly to: string
  /** Undefined when no answer came. */
  readonly ms: number | undefined
}

/** An expectation of a scenario, read and ready to be held against a lab. */
export interface Check {
  readonly kind: string
  evaluate(world: World): Promise<Finding[]>
}

/** A kind of expectation: reads its description from `expect.yaml`. */
export interface CheckKind {
  readonly kind: string
  read(value: unknown, where: string): Check
}

/**
 * A kind of expectation from its schema and its evaluation. An evaluation that throws is a failed finding, so that
 * one broken expectation does not hide the others.
 */
export function defineCheck<T extends v.GenericSchema>(
  kind: string,
  schema: T,
  evaluate: (spec: v.InferOutput<T>, world: World) => Promise<Finding[]>,
): CheckKind {
  return {
    kind,
    read(value, where) {
      const spec = parseDocument(schema, value, where)
      return {
        kind,
        async evaluate(world) {
          try {
            return await evaluate(spec, world)
          } catch (error) {
            return [{ ok: false, text: `${kind} can be looked at`, detail: describeError(error) }]
          }
        },
      }
    },
  }
}
