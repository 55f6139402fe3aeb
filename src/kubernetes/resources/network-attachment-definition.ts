// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { objectField } from './fields.ts'
import { parseObjectMeta } from './object-meta.ts'
import type { KubernetesObject } from './object-meta.ts'
import type { Resource } from './resource.ts'

/** A network that pods may name: its CNI configuration, or a pointer to a file on the node when that is empty. */
export interface NetworkAttachmentDefinition extends KubernetesObject {
  /** CNI configuration as JSON text, `plugins` list or single plugin; empty when it lies in a file of the node. */
  readonly config: string
}

/** `network-attachment-definitions` of `k8s.cni.cncf.io/v1`, the resource of the multi-network standard. */
export const networkAttachmentDefinitions: Resource<NetworkAttachmentDefinition> = {
  group: 'k8s.cni.cncf.io',
  version: 'v1',
  plural: 'network-attachment-definitions',
  kind: 'NetworkAttachmentDefinition',
  namespaced: true,
  parse: parseNetworkAttachmentDefinition,
}

/**
 * A network attachment definition from the JSON of the API.
 *
 * @throws PlaitError `kubernetes/invalid` when `spec.config` is not a text: a CRD without schema lets an object
 * through, and reading it as empty would look for a file on the node instead.
 */
export function parseNetworkAttachmentDefinition(object: JsonObject): NetworkAttachmentDefinition {
  const metadata = parseObjectMeta(object)
  const config = objectField(object, 'spec')['config'] ?? ''
  if (typeof config !== 'string') {
    const name = `${metadata.namespace}/${metadata.name}`
    throw new PlaitError(
      'kubernetes/invalid',
      `Cannot read network-attachment-definition ${name}: spec.config is not a text; quote the JSON, as in config: '{…}'`,
    )
  }
  return { apiVersion: 'k8s.cni.cncf.io/v1', kind: 'NetworkAttachmentDefinition', metadata, config }
}
