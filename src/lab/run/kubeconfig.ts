// SPDX-License-Identifier: Apache-2.0

/** Where an API server is, and how to be let in. */
export interface ServerAccess {
  readonly url: string
  readonly token: string
}

/** The kubeconfig for it, as JSON, which is YAML. */
export function formatKubeconfig({ url, token }: { url: string; token: string | undefined }): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'lab', cluster: { server: url } }],
    users: [{ name: 'lab', user: token === undefined ? {} : { token } }],
    contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'lab', namespace: 'default' } }],
    'current-context': 'lab',
  }
  return `${JSON.stringify(config, null, 2)}\n`
}
