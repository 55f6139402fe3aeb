// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from '../../base/index.ts'
import { KubernetesClient, loadClientConfig } from '../../kubernetes/index.ts'

/** A client for the server that a kubeconfig file names. @throws PlaitError when the file names none */
export async function openClient(kubeconfig: string): Promise<KubernetesClient> {
  const config = await loadClientConfig({ kubeconfig })
  if (config !== undefined) return new KubernetesClient(config)
  throw new PlaitError('lab/build-failed', `Cannot reach the API server: ${kubeconfig} names none`)
}
