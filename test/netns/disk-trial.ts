// SPDX-License-Identifier: Apache-2.0

// Runs calls of host-local on a file system that the caller mounted for this process alone, and prints for each what
// came of it and which files there are.

import { readdirSync } from 'node:fs'
import { silentLog } from '../../src/base/index.ts'
import type { PluginInvocation } from '../../src/cni/index.ts'
import { hostLocal } from '../../src/plugins/ipam/host-local/index.ts'
import { runPlugin } from '../../src/plugins/kit/run-plugin.ts'

const [dataDir = '', ...calls] = process.argv.slice(2)

async function attempt(command: PluginInvocation['command'], containerId: string): Promise<string> {
  const ipam = { type: 'host-local', subnet: '10.1.2.0/24', dataDir }
  const config = { cniVersion: '1.1.0', name: 'lan', ipam }
  const invocation = { command, containerId, config, netns: '/nonexistent', ifName: 'eth0', args: '' }
  const invoke = () => Promise.reject(new Error('not used'))
  try {
    await runPlugin(hostLocal, { ...invocation, type: 'host-local', path: [] }, { invoke, log: silentLog })
    return 'done'
  } catch (error) {
    return String(error)
  }
}

for (const call of calls) {
  const [command, id = 'none'] = call.split(':')
  if (command !== 'ADD' && command !== 'DEL' && command !== 'STATUS') throw new Error(`There is no ${call}`)
  const outcome = await attempt(command, id)
  const files = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).toSorted()
  console.log(JSON.stringify({ call, outcome, files }))
}
