// SPDX-License-Identifier: Apache-2.0

import type { TypeBlock } from '../notation.ts'

/** Leases of the group `coordination.k8s.io`. */
export const coordinationTypes: TypeBlock = {
  packageName: 'io.k8s.api.coordination.v1',
  text: `
Lease
  apiVersion: string; kind: string; 1 metadata: ObjectMeta; 2 spec: LeaseSpec
LeaseSpec
  1 holderIdentity?: string; 2 leaseDurationSeconds?: int32; 3 acquireTime?: microTime;
  4 renewTime?: microTime; 5 leaseTransitions?: int32; 6 strategy?: string; 7 preferredHolder?: string
`,
}
