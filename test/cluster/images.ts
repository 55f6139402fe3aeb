// SPDX-License-Identifier: Apache-2.0

import { join } from 'node:path'
import { runCommand } from '../../src/base/index.ts'
import { nodePath, scripts } from '../containerd/built-kubernetes.ts'
import { makePlaitImage } from './plait-image.ts'

/**
 * Makes what the nodes run, as archives in a directory: `localhost/pause:1`, `localhost/busybox:1`, `localhost/plait:1`,
 * and `localhost/tools:1`, in which `ip` can print JSON.
 */
export async function makeImages(directory: string): Promise<void> {
  const make = async (...words: readonly string[]): Promise<void> => {
    const options = { env: { ...process.env, PATH: nodePath.join(':') }, timeoutMs: 60_000 }
    await runCommand([join(scripts, 'images.sh'), ...words], options)
  }
  await make('base', directory)
  await make('program', directory, 'tools', await pathOfIp(), '--', 'sleep', 'infinity')
  await makePlaitImage(directory)
}

async function pathOfIp(): Promise<string> {
  const env = { PATH: nodePath.join(':') }
  const { stdout } = await runCommand(['sh', '-c', 'readlink -f "$(command -v ip)"'], {
    env,
    timeoutMs: 5000,
  })
  return `${stdout.trim()}:/usr/bin/ip`
}
