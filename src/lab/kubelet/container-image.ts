// SPDX-License-Identifier: Apache-2.0

import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from '../../base/index.ts'

// Images name shells and interpreters by path; the lab's only program is busybox.
const bash = '#!/bin/sh\nexec /bin/sh "$@"\n'

/**
 * The directory that all containers of a node see as `/bin`: busybox under the names of all that it can do.
 * The lab pulls no images, so this stands for every image.
 */
export async function makeContainerImage(directory: string, busybox: string): Promise<string> {
  mkdirSync(directory, { recursive: true })
  copyFileSync(busybox, join(directory, 'busybox'))
  const { stdout } = await runCommand([busybox, '--list'], { timeoutMs: 5000 })
  for (const applet of stdout.split('\n')) {
    if (applet !== '' && applet !== 'busybox') symlinkSync('busybox', join(directory, applet))
  }
  writeFileSync(join(directory, 'bash'), bash, { mode: 0o755 })
  return directory
}
