// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../base/index.ts'
import type { Node } from '../scenario/topology.ts'

/** Where a node's processes find the API server. */
export const nodeKubeconfigPath = '/etc/cni/net.d/multus.d/multus.kubeconfig'

/** The daemon's configuration file: upstream's place. */
export const daemonConfigPath = '/etc/cni/net.d/multus.d/daemon-config.json'

const configDirectory = '/etc/cni/net.d'
const primaryPath = `${configDirectory}/10-pod-network.conflist`
const cniVersion = '1.0.0'

// What kubeadm gives services when it is not told otherwise.
const serviceSubnet = '10.96.0.0/12'

/** The files that an administrator puts on a node, by path; the daemon makes Multus's own configuration. */
export function nodeConfigFiles(node: Node, clusterSubnet: string): Readonly<Record<string, string>> {
  return {
    [primaryPath]: format(primaryNetwork(node, clusterSubnet)),
    [daemonConfigPath]: format(daemonConfig(node)),
    ...node.files,
  }
}

/**
 * The cluster's own network: a bridge per node, and a piece of the pods' range. The routes are those that flannel
 * gives: cluster addresses keep their way when another network takes the default route over.
 */
function primaryNetwork({ podSubnet }: Node, clusterSubnet: string): JsonObject {
  const routes = [{ dst: clusterSubnet }, { dst: serviceSubnet }, { dst: '0.0.0.0/0' }]
  const ipam = { type: 'host-local', ranges: [[{ subnet: podSubnet }]], routes }
  return {
    cniVersion,
    name: 'pod-network',
    plugins: [{ type: 'bridge', bridge: 'cni0', isGateway: true, hairpinMode: true, ipam }],
  }
}

function daemonConfig({ daemon }: Node): JsonObject {
  return {
    cniVersion,
    cniConfigDir: configDirectory,
    multusAutoconfigDir: configDirectory,
    multusConfigFile: 'auto',
    socketDir: '/run/multus/',
    kubeconfig: nodeKubeconfigPath,
    logLevel: 'verbose',
    logToStderr: true,
    ...daemon,
  }
}

function format(value: JsonObject): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
