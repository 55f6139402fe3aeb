// SPDX-License-Identifier: Apache-2.0

import { CniError, cniErrorCode } from '../cni/index.ts'
import { Namespace, namespacePresence } from '../linux/index.ts'
import type { Link, NamespacePresence, Routes } from '../linux/index.ts'

/** What Multus itself does in the network namespace of a pod. Disposing of it lets the namespace go. */
export interface PodNamespace extends Disposable {
  readonly links: {
    get(name: string): Pick<Link, 'index'> | undefined
    removeGroup(group: number): Promise<void>
  }
  readonly routes: Pick<Routes, 'list' | 'add' | 'remove'>
}

/** The seam to the kernel: tests have one that keeps its state in memory. */
export interface NodeKernel {
  /**
   * The namespace at a path.
   *
   * @param allowOwn whether it may be the one that this process is in (CNI_NETNS_OVERRIDE).
   * @throws PlaitError `net/namespace-missing` or `net/not-a-namespace` with upstream's text, CniError 8.
   */
  openPodNamespace(path: string, options: { readonly allowOwn: boolean }): PodNamespace
  /** Whether there is a namespace at a path; {@link namespacePresence}. */
  presenceOf(path: string): NamespacePresence
}

/** The kernel of this node. */
export const nodeKernel: NodeKernel = {
  presenceOf: namespacePresence,
  openPodNamespace: (path, { allowOwn }) => {
    const namespace = Namespace.open(path)
    if (allowOwn || !namespace.isCurrent()) return namespace
    namespace[Symbol.dispose]()
    // Upstream finds this out after it has attached the node to itself.
    throw new CniError(
      cniErrorCode.invalidNetns,
      "plugin's netns and netns from CNI_NETNS should not be the same",
      { details: path, id: 'net/not-a-namespace' },
    )
  },
}
