// SPDX-License-Identifier: Apache-2.0

export type { DelegateRequest } from './delegate-request.ts'
export type { Boot } from './gc/boot.ts'
export type { Cleaning } from './gc/cleaning.ts'
export type { CleaningReport } from './gc/node-cleaner.ts'
export type { PodAudit } from './audit/pod-audit.ts'
export type { JournalEntry } from './journal.ts'
export type { EventSink, NadSource, PodSource } from './kubernetes-cluster.ts'
export { createMultus } from './multus.ts'
export type { Multus, MultusOptions } from './multus.ts'
export { networksAnnotation, parseNetworks } from './networks/networks.ts'
export { missingAttachments } from './status/missing.ts'
export type { UnattachedPod } from './audit/unattached-pods.ts'
