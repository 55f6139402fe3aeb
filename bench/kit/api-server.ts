// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../src/base/index.ts'
import { startEmbeddedApi } from './embedded-api.ts'
import { fakeApiServer } from './peers.ts'
import { startRecordedApi } from './recorded-api.ts'

/** How a daemon reaches an API server. */
export interface ApiAddress {
  readonly host: string
  readonly port: number
  /** Absent where it speaks plain HTTP. */
  readonly tls?: { readonly caFile: string; readonly token: string }
}

/** What an API server is started for. */
export interface ApiServerOptions {
  /** Directory for its files. */
  readonly directory: string
  readonly port: number
}

/** The API server of one node. */
export interface ApiServer extends AsyncDisposable {
  readonly address: ApiAddress
  /** Makes these pods known, all others unknown; gives the uid of each. */
  setPods(
    pods: readonly JsonObject[],
    definitions: readonly JsonObject[],
  ): Promise<ReadonlyMap<string, string>>
  /** Requests since it was last asked, watches left out; undefined when it does not count. */
  takeRequests(): Promise<number | undefined>
}

/**
 * The API server that upstream's behaviour was recorded with: a process of its own, with TLS and a token, the same for all. Where
 * it cannot be had, the embedded one, which upstream cannot use.
 */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const script = fakeApiServer()
  return script === undefined ? startEmbeddedApi() : startRecordedApi(script, options)
}
