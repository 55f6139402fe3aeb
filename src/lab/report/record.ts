// SPDX-License-Identifier: Apache-2.0

import type { Finding } from '../checks/define-check.ts'
import type { Topology } from '../scenario/topology.ts'

/** One interface of a pod: what the pod asked for, what `network-status` tells, what is in the namespace. */
export interface InterfaceRecord {
  readonly name: string
  /** The network that the annotation asks for; `cluster default` for eth0; undefined when nobody asked. */
  readonly requested: string | undefined
  /** Addresses by `network-status`; undefined when it has no entry for the interface. */
  readonly reported: readonly string[] | undefined
  /** As `ip` shows it in the namespace; undefined when it is not there. */
  readonly observed: ObservedRecord | undefined
}

/** What `ip` shows of an interface. */
export interface ObservedRecord {
  readonly kind: string | undefined
  readonly mac: string | undefined
  readonly up: boolean
  /** With prefix length. */
  readonly addresses: readonly string[]
}

/** A pod at the end of a stage. */
export interface PodRecord {
  readonly namespace: string
  readonly name: string
  readonly node: string
  readonly phase: string
  readonly interfaces: readonly InterfaceRecord[]
  /** The last `FailedCreatePodSandBox`, for a pod that does not run. */
  readonly problem: string | undefined
}

/** A finding with the kind of expectation that it belongs to. */
export interface FindingRecord extends Finding {
  readonly kind: string
}

/** What came out of one stage. */
export interface StageRecord {
  readonly name: string
  readonly seconds: number
  readonly pods: readonly PodRecord[]
  readonly findings: readonly FindingRecord[]
  /** Events of the lab so far, by reason. */
  readonly events: Readonly<Record<string, number>>
}

/** The result of a run; this is what `--output json` prints. */
export interface LabRecord {
  readonly scenario: string
  /** Whether every expectation holds. */
  readonly ok: boolean
  readonly seconds: number
  readonly topology: Topology
  readonly stages: readonly StageRecord[]
}

/** All findings that do not hold, each with its stage. */
export function failedFindings(
  record: LabRecord,
): { readonly stage: string; readonly finding: FindingRecord }[] {
  return record.stages.flatMap((stage) =>
    stage.findings.filter(({ ok }) => !ok).map((finding) => ({ stage: stage.name, finding })),
  )
}

/** Whether the three views of an interface agree with one another. */
export function interfaceAgrees({ requested, reported, observed }: InterfaceRecord): boolean {
  if (requested === undefined || reported === undefined || observed === undefined) return false
  const addresses = observed.addresses.map((cidr) => cidr.split('/', 1)[0])
  return observed.up && addresses.join() === reported.join()
}
