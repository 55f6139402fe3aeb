// SPDX-License-Identifier: Apache-2.0

// Installs a shim and is killed before a certain change of the disk: no handler runs, nothing is tidied up.
// Arguments: the directory of the node, the shim, the number of the change.

import { join } from 'node:path'
import { install } from '../../src/daemon/install/install.ts'

const [root = '', shim = '', step = ''] = process.argv.slice(2)
let left = Number(step)
await install({
  binDir: join(root, 'bin'),
  confDir: join(root, 'net.d'),
  confName: '00-multus.conf',
  shim,
  links: ['bridge'],
  beforeStep: () => {
    if (left-- === 0) process.kill(process.pid, 'SIGKILL')
  },
})
