// SPDX-License-Identifier: Apache-2.0

import { basename, join } from 'node:path'
import type { Log } from '../../base/index.ts'
import {
  type CniResult,
  type Libcni,
  type NetworkConfigList,
  type RuntimeConf,
  addNetworkList,
  delNetworkList,
  execPlugin,
  firstConfigInDirectory,
  listOfPlugin,
} from '../../cni/index.ts'

/** The sandbox that is attached or detached. */
export interface Attachment {
  readonly sandboxId: string
  /** Path of the network namespace as the runtime gives it. */
  readonly netns: string
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly annotations: Readonly<Record<string, string>>
}

const configDirectory = '/etc/cni/net.d'
const ifName = 'eth0'

/** Attaches sandboxes to the node's network by CNI, as containerd does: first configuration by name, one interface. */
export class PodNetwork {
  readonly #libcni: Libcni
  readonly #netnsDirectory: string

  /** @param netnsDirectory takes the place of the directory in the paths of network namespaces. */
  constructor(log: Log, netnsDirectory: string) {
    this.#netnsDirectory = netnsDirectory
    this.#libcni = {
      invoke: execPlugin,
      cacheDir: '/var/lib/cni',
      path: ['/opt/cni/bin'],
      // containerd's own environment holds little; the shim needs none of it.
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
      log,
    }
  }

  /** The addresses of `eth0`. @throws what the plugins answered, or that there is no configuration. */
  async add(attachment: Attachment): Promise<string[]> {
    const result = await addNetworkList(this.#libcni, readConfig(), this.#runtimeConf(attachment))
    return addressesOf(result)
  }

  /** Detaches; safe to repeat. */
  async remove(attachment: Attachment): Promise<void> {
    await delNetworkList(this.#libcni, readConfig(), this.#runtimeConf(attachment))
  }

  #runtimeConf(attachment: Attachment): RuntimeConf {
    return runtimeConf({ ...attachment, netns: join(this.#netnsDirectory, basename(attachment.netns)) })
  }
}

function readConfig(): NetworkConfigList {
  const { network } = firstConfigInDirectory(configDirectory)
  return 'plugins' in network ? network : listOfPlugin(network)
}

function runtimeConf({ sandboxId, netns, namespace, name, uid, annotations }: Attachment): RuntimeConf {
  return {
    containerId: sandboxId,
    netns,
    ifName,
    args: [
      ['IgnoreUnknown', '1'],
      ['K8S_POD_NAMESPACE', namespace],
      ['K8S_POD_NAME', name],
      ['K8S_POD_INFRA_CONTAINER_ID', sandboxId],
      ['K8S_POD_UID', uid],
    ],
    capabilityArgs: { 'io.kubernetes.cri.pod-annotations': annotations },
  }
}

/** Those of the interface eth0; of a result that does not say, all. */
function addressesOf({ interfaces = [], ips = [] }: CniResult): string[] {
  const own = ips.filter(({ interface: index }) => index === undefined || interfaces[index]?.name === ifName)
  return (own.length === 0 ? ips : own).map(({ address }) => address.split('/', 1)[0] ?? address)
}
