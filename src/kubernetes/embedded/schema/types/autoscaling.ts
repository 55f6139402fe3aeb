// SPDX-License-Identifier: Apache-2.0

import type { TypeBlock } from '../notation.ts'

/** The scale subresource. */
export const scaleTypes: TypeBlock = {
  packageName: 'io.k8s.api.autoscaling.v1',
  text: `
Scale
  apiVersion: string; kind: string; 1 metadata: ObjectMeta; 2 spec: ScaleSpec; 3 status: ScaleStatus
ScaleSpec
  1 replicas: int32
ScaleStatus
  1 replicas!: int32; 2 selector: string
`,
}
