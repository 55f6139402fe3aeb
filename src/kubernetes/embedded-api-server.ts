// SPDX-License-Identifier: Apache-2.0

import type { EmbeddedApiServer as Server, EmbeddedApiServerOptions } from './embedded/server.ts'

/** An embedded API server that runs. */
export type EmbeddedApiServer = Server

/**
 * Starts embedded API servers. Their code is loaded by the first start: it weighs more than the whole client, and the
 * daemon, which comes through the same door, never needs it.
 */
export const EmbeddedApiServer = {
  /** A server that listens; see the options. */
  async start(options: EmbeddedApiServerOptions = {}): Promise<Server> {
    const { EmbeddedApiServer: implementation } = await import('./embedded/server.ts')
    return implementation.start(options)
  },
} as const
