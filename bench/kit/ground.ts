// SPDX-License-Identifier: Apache-2.0

import { Namespace } from '../../src/linux/index.ts'

/** The card of the node that macvlans stand on. */
export const card = 'ens4'

/** Gives this process's own network namespace, which must be fresh, a card and the wire behind it. */
export function layGround(): Disposable {
  const host = Namespace.current()
  const wire = Namespace.create()
  for (const namespace of [host, wire]) setUp(namespace, 'lo')
  host.links.create({ kind: 'veth', name: card, peer: { name: 'wire0', namespace: wire } })
  setUp(wire, 'wire0')
  setUp(host, card)
  host.writeSysctl('net/ipv4/ip_forward', '1')
  const both = new DisposableStack()
  both.use(host)
  both.use(wire)
  return both
}

function setUp(namespace: Namespace, name: string): void {
  const link = namespace.links.get(name)
  if (link === undefined) throw new Error(`Cannot set ${name} up: there is no such link`)
  namespace.links.set(link.index, { up: true })
}

/** Namespaces of pods. They are kept until the end, because the kernel's work on those that go would be measured too. */
export class PodNamespaces implements Disposable {
  readonly #namespaces: Namespace[] = []

  /** The path of a fresh namespace with `lo` up, for any process. */
  make(): string {
    const namespace = Namespace.create()
    this.#namespaces.push(namespace)
    setUp(namespace, 'lo')
    return namespace.path
  }

  [Symbol.dispose](): void {
    for (const namespace of this.#namespaces) namespace[Symbol.dispose]()
  }
}
