// SPDX-License-Identifier: Apache-2.0

import type { Log } from '../base/index.ts'
import type { InvokePlugin } from '../cni/index.ts'
import type { AttachContext } from './attach/attach.ts'
import type { OrderOptions } from './attach/in-order.ts'
import type { IsExternal } from './attach/order.ts'
import type { AttachGate } from './gc/attach-gate.ts'
import type { DataDirs } from './gc/data-dirs.ts'
import type { Cluster } from './cluster.ts'
import type { AssemblyContext } from './delegate/delegates.ts'
import type { DevicePool } from './devices/device-pool.ts'
import { eventReasons } from './status/event-reasons.ts'
import type { Attempt } from './journal.ts'
import { delegateArgs } from './request/k8s-args.ts'
import type { NodeKernel } from './kernel.ts'
import type { PodInfo, PodTiming } from './pod/pod.ts'
import type { ReadinessTiming } from './pod/readiness.ts'
import type { MultusRequest } from './request/request.ts'
import type { StatusTiming, StatusWriter } from './status/write.ts'

/** What one Multus works with in all its calls. */
export interface Services {
  /** Absent without Kubernetes. */
  readonly cluster: Cluster | undefined
  readonly invoke: InvokePlugin
  /** Which plugins are programs. */
  readonly isExternal: IsExternal
  readonly kernel: NodeKernel
  readonly log: Log
  readonly statusWriter: StatusWriter
  readonly attachGate: AttachGate
  readonly statusTiming: StatusTiming
  readonly podTiming: PodTiming
  readonly readinessTiming: ReadinessTiming
  /** How long after its ADD a container is safe from GC, whatever the runtime lists. */
  readonly gcGraceMs: number
  /** Where host-local keeps reservations on this node. */
  readonly dataDirs: DataDirs
  /** The group of the links that bundled plugins make in pods; 0 when they use none. */
  readonly linkGroup: number
  /** The devices that the kubelet gave a pod. */
  readonly devicesOf: (pod: PodInfo) => DevicePool
  /** Is told of a status that could not be written, after the reply: for metrics. */
  readonly onLateStatusFailure: (error: Error) => void
}

/** One command that runs. */
export interface Call {
  readonly request: MultusRequest
  readonly services: Services
  readonly attempt: Attempt
  readonly log: Log
  readonly signal: AbortSignal | undefined
}

/** How long what takes something away may take once the caller has given up. */
const undoTimeoutMs = 60_000

/** What the attachments of a call have in common. */
export function attachContext({ request, services, signal, log }: Call): AttachContext {
  const { containerId, netns, args, rawArgs, config, path, environment } = request
  return {
    libcni: { invoke: services.invoke, cacheDir: config.cniDir, path, env: environment, log, signal },
    containerId,
    netns,
    args: delegateArgs(args, rawArgs),
    runtimeConfig: config.runtimeConfig,
  }
}

/** The same for taking away what was made: with a deadline of its own, because the caller may be gone. */
export function undoContext(call: Call): AttachContext {
  return attachContext({ ...call, signal: AbortSignal.timeout(undoTimeoutMs) })
}

/** Whether the attachments of a call may be under way at the same time. */
export function orderOptions({ request, services }: Call): OrderOptions {
  return { isExternal: services.isExternal, inParallel: request.config.parallelAttach }
}

/** What the networks of a call are made from; without a pod there are no annotations and no devices. */
export function assemblyContext(call: Call, pod: PodInfo | undefined, devices: DevicePool): AssemblyContext {
  const { request, services, signal, log } = call
  return {
    config: request.config,
    pod,
    cluster: services.cluster,
    devices,
    bounds: { signal },
    log,
    // BUG-44: without a pod there is nothing that an event could be about.
    onMissing: (message) => {
      if (pod === undefined) return
      services.cluster?.postEvent({ pod, type: 'Warning', reason: eventReasons.definitionMissing, message })
    },
  }
}
