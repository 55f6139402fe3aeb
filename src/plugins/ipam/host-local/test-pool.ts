// SPDX-License-Identifier: Apache-2.0

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { silentLog } from '../../../base/index.ts'
import type { JsonObject } from '../../../base/index.ts'
import { parseResult } from '../../../cni/index.ts'
import type { PluginInvocation } from '../../../cni/index.ts'
import { runPlugin } from '../../kit/run-plugin.ts'
import { hostLocal } from './index.ts'

/** A call of the plugin; what is absent is usual. */
export interface Call {
  readonly command?: PluginInvocation['command']
  readonly id?: string
  readonly ifName?: string
  readonly args?: string
  readonly ipam?: JsonObject
  readonly config?: JsonObject
  readonly failAt?: string
}

/** The plugin with a directory of its own. */
export function testPool(t: TestContext, base: JsonObject = { subnet: '10.1.2.0/29' }) {
  const dataDir = mkdtempSync(join(tmpdir(), 'plait-host-local-'))
  t.after(() => rmSync(dataDir, { recursive: true, force: true }))
  const directory = join(dataDir, 'lan')
  const run = async ({ command = 'ADD', id = 'abc', ifName = 'eth0', args = '', ...more }: Call = {}) => {
    const ipam = { type: 'host-local', dataDir, ...base, ...more.ipam }
    const config = { cniVersion: '1.1.0', name: 'lan', ipam, ...more.config }
    const call = {
      type: 'host-local',
      command,
      containerId: id,
      netns: '/nonexistent',
      ifName,
      args,
      path: [],
      config,
    }
    const invoke = () => Promise.reject(new Error('not used'))
    const beforeKernelCall = (what: string) => {
      if (more.failAt !== undefined && what.startsWith(more.failAt))
        throw new Error(`injected before ${what}`)
    }
    return runPlugin(hostLocal, call, { invoke, log: silentLog, beforeKernelCall })
  }
  const add = async (call: Call = {}) =>
    (parseResult((await run(call)) ?? null, '1.1.0').ips ?? []).map(({ address }) => address)
  const files = () => readdirSync(directory).toSorted()
  const put = (name: string, content: string) => {
    mkdirSync(directory, { recursive: true })
    writeFileSync(join(directory, name), content)
  }
  const held = () => files().filter((name) => /^[\d.]+$|:/.test(name))
  return {
    run,
    add,
    files,
    held,
    put,
    remove: (name: string) => rmSync(join(directory, name)),
    directory,
    read: (name: string) => readFileSync(join(directory, name), 'latin1'),
  }
}
