// SPDX-License-Identifier: Apache-2.0

import * as v from 'valibot'
import type { JsonObject } from '../../base/index.ts'

const container = v.object({
  name: v.string(),
  image: v.optional(v.string(), ''),
  command: v.optional(v.array(v.string()), []),
  args: v.optional(v.array(v.string()), []),
  workingDir: v.optional(v.string(), '/'),
  env: v.optional(v.array(v.object({ name: v.string(), value: v.optional(v.string(), '') })), []),
})

const spec = v.object({
  nodeName: v.optional(v.string()),
  nodeSelector: v.optional(v.record(v.string(), v.string()), {}),
  hostNetwork: v.optional(v.boolean(), false),
  hostname: v.optional(v.string()),
  restartPolicy: v.optional(v.string(), 'Always'),
  terminationGracePeriodSeconds: v.optional(v.number(), 30),
  dnsPolicy: v.optional(v.string(), 'ClusterFirst'),
  dnsConfig: v.optional(
    v.object({
      nameservers: v.optional(v.array(v.string()), []),
      searches: v.optional(v.array(v.string()), []),
      options: v.optional(v.array(v.object({ name: v.string(), value: v.optional(v.string()) })), []),
    }),
  ),
  containers: v.array(container),
})

/** What the lab's scheduler and kubelet read of a pod's spec. */
export type PodSpec = v.InferOutput<typeof spec>

/** One container as the lab runs it. */
export type ContainerSpec = PodSpec['containers'][number]

/** The spec of a pod as the API gave it. @throws ValiError when it is none. */
export function readPodSpec(pod: JsonObject): PodSpec {
  return v.parse(spec, pod['spec'])
}
