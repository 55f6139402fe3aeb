// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../base/index.ts'
import { invalid, KeyReader } from '../config/key-reader.ts'

/** The port of the node at which metrics and probes are answered. */
export interface PortSettings {
  readonly port: number
  /** Address to listen at; all addresses when absent, as upstream. */
  readonly address?: string
}

/**
 * What the daemon's file says of the port: `metricsPort`, under upstream's name, and `metricsAddress`, which is ours.
 * Undefined when none is wanted.
 *
 * @throws PlaitError `daemon/config-invalid`
 */
export function readPortSettings(root: JsonObject, path: string): PortSettings | undefined {
  const keys = new KeyReader(root, path)
  const port = keys.integer('metricsPort')
  const address = keys.text('metricsAddress')
  if (port === undefined || port === 0) return undefined
  if (port < 0 || port > 65_535)
    throw invalid(path, `metricsPort is ${port}, and must be a port from 1 to 65535`)
  return { port, ...(address ? { address } : {}) }
}
