// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../base/index.ts'

/** The Node object of a simulated machine, which is always ready. */
export function nodeObject(name: string, address: string, podSubnet: string): JsonObject {
  const now = new Date().toISOString()
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' } },
    spec: { podCIDR: podSubnet, podCIDRs: [podSubnet] },
    status: {
      addresses: [
        { type: 'InternalIP', address },
        { type: 'Hostname', address: name },
      ],
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'KubeletReady',
          message: 'a node of the lab',
          lastHeartbeatTime: now,
          lastTransitionTime: now,
        },
      ],
      nodeInfo: { kubeletVersion: 'lab', containerRuntimeVersion: 'lab://1', operatingSystem: 'linux' },
    },
  }
}
