// SPDX-License-Identifier: Apache-2.0

import { formatCidr, formatIp, isDefaultRoute } from '../../base/index.ts'
import { CniError, cniErrorCode } from '../../cni/index.ts'
import { NamespaceError } from '../../linux/index.ts'
import type { Route } from '../../linux/index.ts'
import type { NodeKernel, PodNamespace } from '../kernel.ts'

/** A pod's network namespace in memory; its text is what `ip` would print. */
export class FakePodNamespace implements PodNamespace {
  readonly #links = new Map<string, number>()
  #routes: Route[] = []
  #nextIndex = 2
  isOpen = false
  /** The groups whose links were removed together. */
  readonly removedGroups: number[] = []
  /** Makes the next addition of a route fail with this error. */
  refuseRoute: Error | undefined

  readonly links = {
    get: (name: string): { readonly index: number } | undefined => {
      const index = this.#links.get(name)
      return index === undefined ? undefined : { index }
    },
    removeGroup: async (group: number): Promise<void> => {
      this.removedGroups.push(group)
      for (const name of this.#links.keys()) this.removeLink(name)
    },
  }

  readonly routes = {
    list: ({ family, ifIndex }: { family?: 4 | 6 | undefined; ifIndex?: number | undefined } = {}): Route[] =>
      this.#routes.filter(
        (route) =>
          (family === undefined || route.family === family) &&
          (ifIndex === undefined || route.ifIndex === ifIndex),
      ),
    add: (spec: Partial<Route>): void => {
      if (this.refuseRoute) throw this.refuseRoute
      const route = fullRoute(spec)
      if (this.#routes.some((one) => isDefaultRoute(one.dst) && text(one.dst) === text(route.dst))) {
        throw new Error('RTM_NEWROUTE default: file exists')
      }
      this.#routes.push(route)
    },
    remove: (spec: Partial<Route>): void => {
      const route = fullRoute(spec)
      const at = this.#routes.findIndex(
        (one) => one.ifIndex === route.ifIndex && text(one.dst) === text(route.dst),
      )
      if (at === -1) throw new Error('RTM_DELROUTE: no such process')
      this.#routes.splice(at, 1)
    },
  }

  /** As a plugin makes one. */
  addLink(name: string): void {
    this.#links.set(name, this.#nextIndex++)
  }

  /** As a plugin removes one: its routes go with it. */
  removeLink(name: string): void {
    const index = this.#links.get(name)
    this.#routes = this.#routes.filter(({ ifIndex }) => ifIndex !== index)
    this.#links.delete(name)
  }

  /** As a plugin adds one. */
  addRoute(device: string, spec: Partial<Route>): void {
    this.#routes.push(fullRoute({ ...spec, ifIndex: this.#links.get(device) ?? 0 }))
  }

  /** One line per link and per route, such as `eth0` and `default via 10.88.0.1 dev eth0`. */
  get lines(): readonly string[] {
    const names = new Map([...this.#links].map(([name, index]) => [index, name]))
    const routes = this.#routes.map(({ dst, gateway, ifIndex = 0 }) => {
      const to = isDefaultRoute(dst) ? 'default' : formatCidr(dst)
      return `${to}${gateway ? ` via ${formatIp(gateway)}` : ''} dev ${names.get(ifIndex) ?? '?'}`
    })
    return [...this.#links.keys(), ...routes]
  }

  [Symbol.dispose](): void {
    this.isOpen = false
  }
}

/** A kernel that knows the given namespaces by their paths, and sees every directory. */
export function fakeKernel(namespaces: ReadonlyMap<string, FakePodNamespace | 'own' | 'file'>): NodeKernel {
  return {
    presenceOf: (path) => {
      const found = namespaces.get(path)
      if (found === undefined) return 'gone'
      return found === 'file' ? 'unknown' : 'there'
    },
    openPodNamespace: (path) => {
      const found = namespaces.get(path)
      if (found === 'own')
        throw new CniError(
          cniErrorCode.invalidNetns,
          "plugin's netns and netns from CNI_NETNS should not be the same",
        )
      if (found === 'file')
        throw new NamespaceError('net/not-a-namespace', path, `unknown FS magic on "${path}": ef53`)
      if (found === undefined) {
        throw new NamespaceError(
          'net/namespace-missing',
          path,
          `failed to Statfs "${path}": no such file or directory`,
        )
      }
      found.isOpen = true
      return found
    },
  }
}

function text(dst: Route['dst']): string {
  return formatCidr(dst)
}

function fullRoute(spec: Partial<Route>): Route {
  const family = spec.family ?? spec.dst?.address.family ?? spec.gateway?.family ?? 4
  const dst = spec.dst ?? { address: { family, value: 0n }, length: 0 }
  return { table: 254, scope: 0, protocol: 3, type: 1, flags: 0, ...spec, family, dst }
}
