// SPDX-License-Identifier: Apache-2.0

import type { IncomingMessage } from 'node:http'

/** The path that a request asks for, without what follows a question mark; empty when there is none. */
export function pathOf({ url }: IncomingMessage): string {
  return URL.parse(url ?? '/', 'http://dummy')?.pathname ?? ''
}
