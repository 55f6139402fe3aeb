// SPDX-License-Identifier: Apache-2.0

import { cpus, loadavg, release } from 'node:os'

/** What the figures were taken on, in a line. */
export function describeMachine(): string {
  const [{ model } = { model: 'unknown processor' }] = cpus()
  const load = loadavg()[0]?.toFixed(1)
  return `${cpus().length} cores (${model}), Linux ${release()}, Node ${process.version}, load ${load}`
}
