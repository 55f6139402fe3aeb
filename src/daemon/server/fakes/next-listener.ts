// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Server } from 'node:net'

interface Cleanup {
  after(step: () => void): void
}

const channel = 'tracing:net.server.listen:asyncStart'

/** The next server of Node that begins to listen: where the kernel refuses a connection, Node says so there. */
export function nextListener(t: Cleanup): () => Server {
  let found: Server | undefined
  const note = (message: unknown): void => {
    const isTold = typeof message === 'object' && message !== null && 'server' in message
    if (isTold && message.server instanceof Server) found ??= message.server
  }
  subscribe(channel, note)
  t.after(() => unsubscribe(channel, note))
  return () => found ?? assert.fail('no server listens')
}
