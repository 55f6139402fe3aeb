// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'

/** The custom resource definition of network attachment definitions, as spec §3.1 has it. */
export const networkAttachmentDefinitionCrd: JsonObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'network-attachment-definitions.k8s.cni.cncf.io' },
  spec: {
    group: 'k8s.cni.cncf.io',
    scope: 'Namespaced',
    names: {
      plural: 'network-attachment-definitions',
      singular: 'network-attachment-definition',
      kind: 'NetworkAttachmentDefinition',
      shortNames: ['nad', 'net-attach-def'],
    },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            description: 'A network that pods can be attached to besides the cluster network.',
            properties: {
              apiVersion: { type: 'string' },
              kind: { type: 'string' },
              metadata: { type: 'object' },
              spec: {
                type: 'object',
                description: 'How the network is attached.',
                properties: {
                  config: {
                    type: 'string',
                    description:
                      'CNI configuration as JSON text, of one plugin or of a list; empty when a file of the node has it.',
                  },
                },
              },
            },
          },
        },
      },
    ],
  },
}
