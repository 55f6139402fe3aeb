// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from '../../base/index.ts'
import type { PluginHost } from '../../cni/index.ts'
import type { ShimHost } from './shim-host.ts'

type Use<T> = (host: ShimHost) => Promise<T>

/** How much a shim's own caller wants its answer. */
interface Haste {
  /** It is lent only where there is no other, and not for long. */
  readonly isHurried: boolean
}

// containerd asks for the STATUS every 5 seconds, and its shim is a host too.
const defaultWaitMs = 15_000

/**
 * The shims that are connected. A call runs its programs through its own shim. What has none any more, or never had
 * one (an ADD that is undone after the runtime has killed its shim, a DEL from the spool), borrows any other, or
 * waits for the next. Where only upstream's shim has ever come, nobody waits.
 */
export class LiveHosts {
  readonly #hosts = new Map<ShimHost, Haste>()
  readonly #waiting = new Set<(host: ShimHost) => void>()
  readonly #waitMs: number
  #seen = false

  constructor({ waitMs = defaultWaitMs }: { readonly waitMs?: number } = {}) {
    this.#waitMs = waitMs
  }

  /** Takes in a shim whose request has come. */
  add(host: ShimHost, { isHurried = false }: Partial<Haste> = {}): void {
    this.#seen = true
    this.#hosts.set(host, { isHurried })
    for (const take of this.#waiting) take(host)
  }

  /** Lends a shim to nobody any more. */
  remove(host: ShimHost): void {
    this.#hosts.delete(host)
  }

  /**
   * The host as a call sees it.
   *
   * @param own the shim that the call came through.
   * @param isExpected whether the call is one of a shim anyhow, so that another one will come.
   */
  of(own?: ShimHost, isExpected: boolean = own !== undefined): PluginHost {
    return {
      find: async (type, { signal, wait = false } = {}) => {
        const find: Use<readonly string[]> = (host) => host.find(type)
        const host = this.#choose(own)
        if (host !== undefined) return host.lend(find)
        return wait && (isExpected || this.#seen) ? this.#next(find, signal) : undefined
      },
      run: async (request) => {
        const host = this.#choose(own)
        if (host !== undefined) return host.lend((one) => one.run(request))
        const outcome = await this.#next((one) => one.run(request), request.signal)
        if (outcome === undefined) throw nobody(this.#waitMs)
        return outcome
      },
    }
  }

  #choose(own: ShimHost | undefined): ShimHost | undefined {
    if (own?.isGone === false) return own
    const patient = [...this.#hosts].filter(([, { isHurried }]) => !isHurried)
    const [host] = (patient.length > 0 ? patient : [...this.#hosts]).at(-1) ?? []
    return host
  }

  // A shim that comes for STATUS is gone within a millisecond: it is borrowed in the very moment of its coming.
  async #next<T>(use: Use<T>, signal: AbortSignal | undefined): Promise<T | undefined> {
    const { promise, resolve } = Promise.withResolvers<Promise<T> | undefined>()
    const take = (host: ShimHost): void => {
      this.#waiting.delete(take)
      resolve(host.lend(use))
    }
    const giveUp = (): void => resolve(undefined)
    const late = setTimeout(giveUp, this.#waitMs)
    this.#waiting.add(take)
    signal?.addEventListener('abort', giveUp, { once: true })
    if (signal?.aborted) giveUp()
    try {
      return await promise
    } finally {
      clearTimeout(late)
      this.#waiting.delete(take)
      signal?.removeEventListener('abort', giveUp)
    }
  }
}

function nobody(waitMs: number): PlaitError {
  const text = `Cannot run a plugin on the host: no shim has come within ${waitMs / 1000} s; try again later`
  return new PlaitError('daemon/host-gone', text)
}
