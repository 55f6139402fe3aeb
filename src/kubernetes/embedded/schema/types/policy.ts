// SPDX-License-Identifier: Apache-2.0

import type { TypeBlock } from '../notation.ts'

/** The eviction subresource. */
export const policyTypes: TypeBlock = {
  packageName: 'io.k8s.api.policy.v1',
  text: `
Eviction
  apiVersion: string; kind: string; 1 metadata: ObjectMeta; 2 deleteOptions?: DeleteOptions
`,
}
