// SPDX-License-Identifier: Apache-2.0

import { reasonToSkip } from '../containerd/built-kubernetes.ts'

const built = ['etcd', 'kube-apiserver', 'kubelet', 'kubectl', 'containerd', 'containerd-shim-runc-v2', 'ctr']
const installed = ['runc', 'ip', 'nsenter', 'unshare', 'openssl', 'nft', 'iptables', 'busybox']

/** What upstream's image is made of. */
const upstream = ['multus-daemon', 'multus-shim', 'install_multus', 'passthru-cni']

/** Why there can be no cluster here; false when there can be one. */
export function withoutCluster(): string | false {
  return reasonToSkip(built, installed)
}

/** Why there can be no cluster with upstream's daemon here; false when there can be one. */
export function withoutUpstream(): string | false {
  return reasonToSkip([...built, ...upstream.map((name) => `multus/${name}`)], installed)
}
