// SPDX-License-Identifier: Apache-2.0

import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatKubeconfig } from '../../src/lab/run/kubeconfig.ts'
import { root } from '../shim/build-shim.ts'

/** Where the files of a node lie; the node sees them under the same names. */
export interface NodeFiles {
  readonly containerdConfig: string
  readonly daemonConfig: string
}

/** The networks that sandboxes get besides their own, on the node's card. */
export const networks = ['lan-a', 'lan-b'].map((name, number) => ({
  apiVersion: 'k8s.cni.cncf.io/v1',
  kind: 'NetworkAttachmentDefinition',
  metadata: { name, namespace: 'default' },
  spec: {
    config: JSON.stringify({
      cniVersion: '1.1.0',
      type: 'macvlan',
      master: 'card',
      mode: 'bridge',
      ipam: { type: 'host-local', subnet: `10.${number + 1}.0.0/24` },
    }),
  },
}))

/** Writes what an administrator and an installation put on a node: the shim, and what containerd and the daemon read. */
export function writeNodeFiles(directory: string, apiUrl: string): NodeFiles {
  const [bin, conf] = [join(directory, 'bin'), join(directory, 'net.d')]
  for (const folder of [bin, conf]) mkdirSync(folder)
  copyFileSync(join(root, 'build/multus-shim'), join(bin, 'multus-shim'))
  // containerd brings `lo` up by a plugin of this name; the shim is each bundled plugin by its name.
  symlinkSync('multus-shim', join(bin, 'loopback'))
  const primary = join(conf, '10-pods.conflist')
  writeJson(primary, primaryNetwork)
  writeJson(join(conf, '00-multus.conf'), { ...multus, clusterNetwork: primary })
  const kubeconfig = join(directory, 'kubeconfig')
  writeFileSync(kubeconfig, formatKubeconfig({ url: apiUrl, token: undefined }))
  const daemonConfig = join(directory, 'daemon-config.json')
  writeJson(daemonConfig, { kubeconfig, logLevel: 'verbose' })
  const containerdConfig = join(directory, 'containerd.toml')
  writeFileSync(containerdConfig, containerdToml(bin, conf))
  return { containerdConfig, daemonConfig }
}

const multus = {
  cniVersion: '1.1.0',
  name: 'multus-cni-network',
  type: 'multus-shim',
  capabilities: { 'io.kubernetes.cri.pod-annotations': true },
}

const primaryNetwork = {
  cniVersion: '1.1.0',
  name: 'pods',
  plugins: [
    {
      type: 'bridge',
      bridge: 'cni0',
      isGateway: true,
      ipam: { type: 'host-local', ranges: [[{ subnet: '10.88.0.0/24' }]], routes: [{ dst: '0.0.0.0/0' }] },
    },
  ],
}

// Where CAP_SYS_RESOURCE is missing, runc cannot make a container harder to kill than this process is.
function containerdToml(bin: string, conf: string): string {
  return `version = 3
[plugins.'io.containerd.cri.v1.images']
  snapshotter = 'overlayfs'
  [plugins.'io.containerd.cri.v1.images'.pinned_images]
    sandbox = 'localhost/pause:1'
[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = true
  [plugins.'io.containerd.cri.v1.runtime'.cni]
    bin_dirs = ['${bin}']
    conf_dir = '${conf}'
    max_conf_num = 1
`
}

function writeJson(path: string, value: object): void {
  writeFileSync(path, JSON.stringify(value))
}
