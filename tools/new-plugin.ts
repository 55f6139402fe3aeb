// SPDX-License-Identifier: Apache-2.0

// Makes a plugin that works, is held to the contract and has a page, from templates.
//   npm run new plugin meta rate-limit

import { execFileSync } from 'node:child_process'
import { isKind, makePluginFiles } from './house/new-plugin-files.ts'

const [what, kind = '', name = ''] = process.argv.slice(2)
if (what !== 'plugin' || !isKind(kind) || name === '') {
  console.error('Usage: npm run new plugin main|ipam|meta NAME')
  process.exitCode = 2
} else {
  for (const path of makePluginFiles('.', kind, name)) console.log(path)
  execFileSync(process.execPath, ['tools/check-plugins.ts', '--write'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  console.log('Next: say in the source and on the page what it is for, and run npm run check and the test.')
}
