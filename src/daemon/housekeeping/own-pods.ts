// SPDX-License-Identifier: Apache-2.0

import type { Informer, Pod } from '../../kubernetes/index.ts'

/** The pods of this node, among those that an informer follows: all of the cluster where the node has not been told its name. */
export class OwnPods {
  readonly #informer: Pick<Informer<Pod>, 'hasSynced' | 'list'>
  #nodeName: string | undefined

  constructor(informer: Pick<Informer<Pod>, 'hasSynced' | 'list'>, nodeName: string | undefined) {
    this.#informer = informer
    this.#nodeName = nodeName
  }

  /** All pods that are followed; undefined before the first list. */
  followed(): readonly Pod[] | undefined {
    return this.#informer.hasSynced ? this.#informer.list() : undefined
  }

  /** The pods of this node; undefined as long as it is not known which these are. */
  list(): readonly Pod[] | undefined {
    if (this.#nodeName === undefined) return undefined
    return this.followed()?.filter(({ spec }) => spec.nodeName === this.#nodeName)
  }

  /** Whether it is known which node this is. */
  get isNodeKnown(): boolean {
    return this.#nodeName !== undefined
  }

  /** Takes over what has been found out about the name of this node. */
  learnNodeName(nodeName: string | undefined): void {
    this.#nodeName ??= nodeName
  }
}
