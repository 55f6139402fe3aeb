// SPDX-License-Identifier: Apache-2.0

import * as v from 'valibot'

const nodes = v.optional(v.array(v.string()))

/** The shape of one step of a stage's `onNodes`; it is done on all nodes unless `nodes` names some. */
export const nodeAction = v.union(
  [
    /** A shell script; it fails the stage when it ends with another code than 0. */
    v.strictObject({ nodes, sh: v.string() }),
    /** A command of plait, such as `[uninstall]`. */
    v.strictObject({ nodes, plait: v.pipe(v.array(v.string()), v.minLength(1)) }),
    /** `start` waits until the node is ready. */
    v.strictObject({ nodes, daemon: v.picklist(['start', 'stop']) }),
  ],
  'give one of sh (a script), plait (a list of words) and daemon (start or stop), and perhaps nodes',
)

/** Something that is done to nodes: what other programs, people and upgrades do to them. */
export type NodeAction = v.InferOutput<typeof nodeAction>
