// SPDX-License-Identifier: Apache-2.0

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { PlaitError } from '../../base/index.ts'

/** The runtime's directories of a node. */
export interface RuntimePlaces {
  readonly binDir: string
  readonly confDir: string
}

const k3sConf = '/var/lib/rancher/k3s/agent/etc/cni/net.d'

// The particular before the common: a node with k3s may have /opt/cni/bin too, and its runtime never looks there.
const known: readonly RuntimePlaces[] = [
  // Since 1.31; what it replaced is renamed with every upgrade of k3s.
  { binDir: '/var/lib/rancher/k3s/data/cni', confDir: k3sConf },
  { binDir: '/var/lib/rancher/k3s/data/current/bin', confDir: k3sConf },
  {
    binDir: '/var/snap/microk8s/current/opt/cni/bin',
    confDir: '/var/snap/microk8s/current/args/cni-network',
  },
  // GKE.
  { binDir: '/home/kubernetes/bin', confDir: '/etc/cni/net.d' },
  { binDir: '/opt/cni/bin', confDir: '/etc/cni/net.d' },
  // CRI-O of Fedora.
  { binDir: '/usr/libexec/cni', confDir: '/etc/cni/net.d' },
]

/**
 * The directories of the node's runtime: the first pair, of those that distributions use, which is there.
 *
 * @param root where the node's file system is found
 * @throws PlaitError `daemon/places-unknown`
 */
export function findPlaces(root: string): RuntimePlaces {
  const onNode = known.map(({ binDir, confDir }) => ({
    binDir: join(root, binDir),
    confDir: join(root, confDir),
  }))
  const found = onNode.find(({ binDir, confDir }) => existsSync(binDir) && existsSync(confDir))
  if (found !== undefined) return found
  const tried = [...new Set(onNode.map(({ binDir }) => binDir))].join(', ')
  throw new PlaitError(
    'daemon/places-unknown',
    `Cannot find the runtime's directories: none of ${tried} is there with its directory of configurations; name both`,
  )
}
