// SPDX-License-Identifier: Apache-2.0

import { parseJson, isJsonObject } from '../../src/base/index.ts'
import type { JsonObject } from '../../src/base/index.ts'
import type { CniCommand } from '../../src/cni/index.ts'
import { cniEnvironment } from './attachment.ts'
import type { Job } from './launcher.ts'
import { macvlan } from './networks.ts'

/** The node that all pods are on. */
export const nodeName = 'node1'

/** The networks of the pods beside the default one, as objects of the cluster. */
export function definitions(contender: string): JsonObject[] {
  return secondaryNetworks(contender).map((config) => ({
    apiVersion: 'k8s.cni.cncf.io/v1',
    kind: 'NetworkAttachmentDefinition',
    metadata: { name: config.name ?? '', namespace: 'default' },
    spec: { config: JSON.stringify(config) },
  }))
}

/** Two macvlan networks on the card. */
export function secondaryNetworks(contender: string): JsonObject[] {
  return [macvlan(contender, 'net-a', '10.101.0.0/16'), macvlan(contender, 'net-b', '10.102.0.0/16')]
}

/** A pod with eth0, net1 and net2, as the API server gets it; a plain one asks for nothing but the default network. */
export function podObject(name: string, plain: boolean): JsonObject {
  const annotations = plain ? {} : { 'k8s.v1.cni.cncf.io/networks': 'net-a,net-b' }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', uid: `uid-${name}`, annotations },
    spec: { nodeName, containers: [{ name: 'c', image: 'i' }] },
  }
}

/** A pod as a runtime knows it. */
export interface Sandbox {
  readonly name: string
  readonly uid: string
  readonly netns: string
}

/** Networks of programs, in the place of the default network. */
export interface ProgramNetworks {
  /** Directory of the programs. */
  readonly directory: string
  /** The first is the default one. */
  readonly networks: readonly JsonObject[]
}

/** How a runtime starts a Multus. */
export interface MultusCall {
  readonly shim: string
  readonly config: JsonObject
  /** CNI_PATH. */
  readonly path: string
  readonly programs: ProgramNetworks | undefined
}

/** What a runtime starts for a pod. */
export function multusJob(
  command: CniCommand,
  { name, uid, netns }: Sandbox,
  { shim, config, path, programs }: MultusCall,
): Job {
  const attachment = { containerId: `sandbox-${name}`, netns, ifName: 'eth0' }
  const pod = `K8S_POD_NAMESPACE=default;K8S_POD_NAME=${name};K8S_POD_UID=${uid}`
  const args = `IgnoreUnknown=1;${pod};K8S_POD_INFRA_CONTAINER_ID=${attachment.containerId}`
  const cniPath = programs === undefined ? path : `${programs.directory}:${path}`
  return {
    path: shim,
    env: cniEnvironment(command, attachment, { path: cniPath, args }),
    input: JSON.stringify(programs === undefined ? config : withPrograms(config, programs)),
  }
}

function withPrograms(config: JsonObject, { directory, networks }: ProgramNetworks): JsonObject {
  const { clusterNetwork: _replaced, ...rest } = config
  return { ...rest, binDir: directory, delegates: networks }
}

/** The configuration that the runtime hands to the shim. */
export function shimConfig(directory: string, socketDir: string): JsonObject {
  return {
    cniVersion: '1.0.0',
    name: 'multus-cni-network',
    type: 'multus-shim',
    logLevel: 'error',
    daemonSocketDir: socketDir,
    clusterNetwork: `${directory}/net.d/10-default.conf`,
    cniDir: `${directory}/multus`,
    binDir: `${directory}/none`,
  }
}

/** Fails unless an ADD gave what was asked for: a benchmark of errors is worth nothing. */
export function requireAddress(stdout: string): void {
  const result = parseJson(stdout)
  if (!isJsonObject(result) || !Array.isArray(result.ips) || result.ips.length === 0)
    throw new Error(`Cannot count an ADD without an address: ${stdout}`)
}
