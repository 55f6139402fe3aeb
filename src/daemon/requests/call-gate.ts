// SPDX-License-Identifier: Apache-2.0

// For the tests of Dispatcher: calls, and a gate that holds each of them.

import { silentLog } from '../../base/index.ts'
import type { CniCall, HandleCall } from './cni-call.ts'
import { Dispatcher } from './dispatcher.ts'
import type { TurnLimits } from './turns.ts'

const never = new AbortController().signal

/** A call of the shim whose caller stays. */
export function callOf(command: string, container: string, overrides: Partial<CniCall> = {}): CniCall {
  const environment = { CNI_COMMAND: command, CNI_CONTAINERID: container, CNI_IFNAME: 'eth0' }
  return { program: 'multus-shim', environment, stdin: Buffer.from('secret'), gone: never, ...overrides }
}

/** Holds each call until it is let go, and keeps a diary of what started and ended. */
export function createGate() {
  const diary: string[] = []
  const doors = new Map<string, () => void>()
  const handle: HandleCall = async ({ environment, program }, { signal }) => {
    const key = `${program === 'multus-shim' ? '' : `${program} `}${environment.CNI_COMMAND} ${environment.CNI_CONTAINERID}`
    diary.push(`start ${key}`)
    await new Promise<void>((resolve, reject) => {
      doors.set(key, resolve)
      signal.addEventListener('abort', () => reject(signal.reason))
    })
    diary.push(`end ${key}`)
    return key
  }
  return { diary, handle, open: (key: string) => doors.get(key)?.() }
}

/** A dispatcher without a log. */
export function dispatcherOf(handle: HandleCall, limits: Partial<TurnLimits> = {}): Dispatcher {
  return new Dispatcher({ handle, log: silentLog, limits })
}

/** Lets all go on that can. */
export async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}
