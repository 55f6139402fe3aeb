// SPDX-License-Identifier: Apache-2.0

import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '../../../base/index.ts'
import type { PluginHost } from '../../../cni/index.ts'
import { encodeFrame, frameType } from '../../protocol/frames.ts'
import { encodeShimRequest } from '../../protocol/request.ts'
import type { CniCall, Outcome } from '../../requests/cni-call.ts'
import { Spool } from '../spool.ts'
import type { SpoolOptions } from '../spool.ts'

const host: PluginHost = { find: async () => undefined, run: async () => ({ stdout: '', stderr: '' }) }
/** How long these tests wait for what the spool does. */
export const soon = { timeoutMs: 5000, intervalMs: 5, what: 'the spool' } as const

interface Cleanup {
  after(step: () => void | Promise<void>): void
}

/** A spool in a directory of its own. */
export interface Trial {
  readonly directory: string
  readonly spool: Spool
  readonly log: () => string
  /** Puts a DEL there, as a shim does; `second` is its time. */
  readonly put: (container: string, second?: number) => void
  /** Begins to replay; gives the containers of the calls, in order. */
  readonly start: (answer?: (call: CniCall) => Promise<Outcome>) => string[]
}

/** The bytes that a shim keeps. */
export function frameOf(container: string, command = 'DEL'): Buffer {
  const environment = { CNI_COMMAND: command, CNI_CONTAINERID: container, CNI_IFNAME: 'eth0', CNI_PATH: '/b' }
  const request = { program: 'multus-shim', environment, stdin: Buffer.from('{}') }
  return encodeFrame(frameType.request, encodeShimRequest(request))
}

/** Makes a spool for one test. */
export function trial(t: Cleanup, options: Partial<SpoolOptions> = {}): Trial {
  const directory = join(mkdtempSync(join(tmpdir(), 'plait-spool-')), 'spool')
  mkdirSync(directory, { mode: 0o700 })
  let text = ''
  const log = createLog({ level: 'info', destination: { write: (line: string) => void (text += line) } })
  const spool = new Spool({ directory, host, log, lookMs: 50, ...options })
  t.after(async () => {
    await spool[Symbol.asyncDispose]()
    rmSync(join(directory, '..'), { recursive: true })
  })
  return {
    directory,
    spool,
    log: () => text,
    put: (container, second) => {
      const file = join(directory, `${container}.del`)
      writeFileSync(`${file}.tmp`, frameOf(container), { mode: 0o600 })
      if (second !== undefined) utimesSync(`${file}.tmp`, second, second)
      rmSync(file, { force: true })
      writeFileSync(file, frameOf(container), { mode: 0o600 })
      if (second !== undefined) utimesSync(file, second, second)
      rmSync(`${file}.tmp`)
    },
    start: (answer = async () => ({ stdout: '' })) => {
      const seen: string[] = []
      spool.start(async (call) => {
        seen.push(call.environment.CNI_CONTAINERID ?? '')
        return answer(call)
      })
      return seen
    },
  }
}
