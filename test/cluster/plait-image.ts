// SPDX-License-Identifier: Apache-2.0

import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { runCommand } from '../../src/base/index.ts'
import { nodePath, scripts } from '../containerd/built-kubernetes.ts'
import { root } from '../shim/build-shim.ts'

/** Where plait is in the image. */
const home = '/opt/plait'

/**
 * Makes `localhost/plait:1`: this Node and the bundle. Code that is compiled already is in it too, because compiling takes
 * seconds under the CPU limit of the daemon.
 */
export async function makePlaitImage(directory: string): Promise<void> {
  const tree = mkdtempSync(join(tmpdir(), 'plait-image-'))
  try {
    await runIn([process.execPath, join(root, 'tools/bundle.ts')])
    cpSync(join(root, 'build/plait'), tree, { recursive: true })
    await compile(tree)
    const files = [`${tree}:${home}`, `${process.execPath}:/usr/bin/node`]
    await runIn([
      join(scripts, 'images.sh'),
      'program',
      directory,
      'plait',
      ...files,
      '--',
      `${home}/bin/plait`,
    ])
  } finally {
    rmSync(tree, { recursive: true })
  }
}

// Node knows compiled code by the path of its source, so the tree has to be where it is in the image.
const compiling = `mount -t tmpfs opt /opt && mkdir "$2" && mount --bind "$1" "$2"
mount -t tmpfs run /run && mount -t tmpfs state /var/lib && mkdir -m 700 /run/multus
echo '{"kubeconfig": "/run/kubeconfig"}' > /run/daemon-config.json
echo '{"clusters":[{"name":"c","cluster":{"server":"https://127.0.0.1:1"}}],"contexts":[{"name":"c","context":{"cluster":"c"}}],"current-context":"c"}' > /run/kubeconfig
ip link add card type veth peer name wire
ip netns add pod
ln -s "$2/build/multus-shim" /run/macvlan
ln -s "$2/build/multus-shim" /run/multus-shim
"$2/bin/plait" daemon -config /run/daemon-config.json & daemon=$!
trap 'kill $daemon' EXIT
export CNI_CONTAINERID=c CNI_NETNS=/run/netns/pod CNI_PATH=/opt
while [ ! -S /run/multus/multus.sock ]; do kill -0 $daemon; sleep 0.1; done
for command in ADD DEL; do
	export CNI_COMMAND=$command
	echo "$3" | CNI_IFNAME=eth0 CNI_ARGS="K8S_POD_NAMESPACE=n;K8S_POD_NAME=p;K8S_POD_UID=u" /run/multus-shim
	echo "$4" | CNI_IFNAME=net1 /run/macvlan
done
trap - EXIT
kill $daemon && wait $daemon`

const hostLocal = { type: 'host-local', subnet: '10.1.0.0/24' }
const bridge = { cniVersion: '1.0.0', name: 'pods', type: 'bridge', isGateway: true, ipam: hostLocal }

// With the annotations at hand no API is asked.
const runtimeConfig = { 'io.kubernetes.cri.pod-annotations': {} }
const multus = {
  cniVersion: '1.0.0',
  name: 'multus',
  type: 'multus-shim',
  delegates: [bridge],
  runtimeConfig,
}
const macvlan = { cniVersion: '1.0.0', name: 'card', type: 'macvlan', master: 'card', ipam: hostLocal }

/** Lets a daemon of the tree attach and detach a pod, in namespaces of its own, so that Node keeps what it has compiled. */
async function compile(tree: string): Promise<void> {
  const words = [tree, home, JSON.stringify(multus), JSON.stringify(macvlan)]
  await runIn(['unshare', '--mount', '--net', 'sh', '-ec', compiling, 'sh', ...words])
}

async function runIn(argv: readonly string[]): Promise<void> {
  const env = {
    ...process.env,
    PATH: [dirname(process.execPath), ...nodePath].join(':'),
    NODE_COMPILE_CACHE: undefined,
  }
  await runCommand(argv, { env, timeoutMs: 120_000 })
}
