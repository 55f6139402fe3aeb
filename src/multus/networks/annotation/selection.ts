// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'

/** One network that a pod asks for, whichever notation it was written in. */
export interface NetworkSelection extends AttachmentRequest {
  /** Name of the network-attachment-definition. */
  readonly name: string
  /** Its namespace; the default one of the annotation is filled in. */
  readonly namespace: string
  /** Merged into `args.cni` of the configuration (DLG-6). */
  readonly cniArgs?: JsonObject
}

/** What a pod asks of one attachment; each member is absent when it asks nothing. */
export interface AttachmentRequest {
  readonly interfaceName?: string
  /** Addresses with or without prefix length, as written. */
  readonly ips?: readonly string[]
  /** As written: 6, 8 or 20 octets. */
  readonly mac?: string
  readonly infinibandGuid?: string
  readonly portMappings?: readonly PortMapping[]
  readonly bandwidth?: Bandwidth
  readonly deviceId?: string
  /** Gateways; an empty list says "no default route here" (ANN-11, GW-4). */
  readonly defaultRoute?: readonly string[]
}

/** One port of the node that leads to a port of the pod; the keys are those of the JSON (RC-6). */
export interface PortMapping {
  readonly hostPort: number
  readonly containerPort: number
  readonly protocol?: string
  readonly hostIP?: string
}

/** Limits in bits per second and bits; the keys are those of the JSON (RC-6). */
export interface Bandwidth {
  readonly ingressRate: number
  readonly ingressBurst: number
  readonly egressRate: number
  readonly egressBurst: number
}
