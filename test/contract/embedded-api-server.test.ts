// SPDX-License-Identifier: Apache-2.0

import { EmbeddedApiServer } from '../../src/kubernetes/index.ts'
import { testKubernetesClient } from './kubernetes-client.ts'

const token = 'contract'

testKubernetesClient('the embedded API server', async () => {
  const server = await EmbeddedApiServer.start({ token })
  return {
    config: { server: server.url, token },
    forgetHistory: () => server.api.compact(),
    [Symbol.asyncDispose]: async () => server.close(),
  }
})
