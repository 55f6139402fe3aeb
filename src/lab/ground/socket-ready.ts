// SPDX-License-Identifier: Apache-2.0

import { request } from 'node:http'

const timeoutMs = 2000

/** Whether the daemon behind a unix socket says that it is ready; false while there is no such socket. */
export async function isSocketReady(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request({ socketPath, path: '/readyz', timeout: timeoutMs }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    call.on('error', () => resolve(false))
    call.on('timeout', () => call.destroy())
    call.end()
  })
}
