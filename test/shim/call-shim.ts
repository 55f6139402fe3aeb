// SPDX-License-Identifier: Apache-2.0

import { isJsonObject } from '../../src/base/index.ts'
import type { Namespace } from '../../src/linux/index.ts'
import { ip } from '../netns/fixture.ts'
import { pathFor } from './real-daemon.ts'
import type { RealDaemon } from './real-daemon.ts'
import { runShim } from './run-shim.ts'
import type { ShimEnd, ShimRun } from './run-shim.ts'

/** One CNI call of a runtime, through a shim. */
export interface Call extends ShimRun {
  readonly command: string
  readonly container: Namespace
  readonly id?: string
  /** Of the shim. */
  readonly path: string
}

/** Starts a shim as a runtime does. */
export async function callShim({ command, container, id = 'c1', path, env, ...run }: Call): Promise<ShimEnd> {
  return runShim(path, {
    env: {
      CNI_COMMAND: command,
      CNI_CONTAINERID: id,
      CNI_NETNS: pathFor(container),
      CNI_IFNAME: 'eth0',
      CNI_PATH: '/nowhere',
      CNI_ARGS: 'IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=pod1',
      ...env,
    },
    ...run,
  })
}

/** The IPv4 addresses of eth0, as `ip` sees them. */
export function addressesOf(container: Namespace): unknown[] {
  return ip(container, 'address', 'show', 'dev', 'eth0').flatMap(({ addr_info }) =>
    Array.isArray(addr_info)
      ? addr_info.flatMap((one) => (isJsonObject(one) && one.family === 'inet' ? [one.local] : []))
      : [],
  )
}

/** Sends a signal to the daemon and waits for its exit code. */
export async function stop(daemon: RealDaemon, signal: NodeJS.Signals): Promise<number | null> {
  const ended = new Promise<number | null>((resolve) => daemon.process.once('exit', resolve))
  daemon.process.kill(signal)
  return ended
}
