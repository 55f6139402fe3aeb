// SPDX-License-Identifier: Apache-2.0

// A daemon that answers every call at once with the same result: what is left to measure is the shim and the way to it.
//   node bench/answering-daemon.ts DIRECTORY

import { silentLog } from '../src/base/index.ts'
import { Daemon } from '../src/daemon/index.ts'

const result = {
  cniVersion: '1.0.0',
  interfaces: [{ mac: '02:00:00:00:00:01', name: 'eth0', sandbox: '/run/netns/pod1' }],
  ips: [{ address: '10.1.0.2/24', gateway: '10.1.0.1', interface: 0 }],
  routes: [{ dst: '0.0.0.0/0' }],
}
const stdout = JSON.stringify(result, undefined, 4)

const [socketDir = ''] = process.argv.slice(2)
const daemon = await Daemon.start({ socketDir, handle: () => Promise.resolve(stdout), log: silentLog })
process.once('SIGTERM', () => void daemon.stop())
