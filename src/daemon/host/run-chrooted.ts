// SPDX-License-Identifier: Apache-2.0

import { runPluginProcess } from '../../cni/index.ts'
import type { ProcessOutcome, ProcessRequest } from '../../cni/index.ts'

/**
 * Runs programs with another root directory, under the path that they have here (spec CHR-1). The root is that of
 * the program alone: `chroot` stands between this process and it.
 */
export function runChrooted(directory: string): (request: ProcessRequest) => Promise<ProcessOutcome> {
  return async ({ file, args = [], ...request }) =>
    runPluginProcess({ ...request, file: '/usr/sbin/chroot', args: [directory, file, ...args] })
}
