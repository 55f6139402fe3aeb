// SPDX-License-Identifier: Apache-2.0

// For the tests of how the shim speaks to a daemon: one exchange with a scripted one.

import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { addEnvironment, runShim } from './run-shim.ts'
import type { ShimEnd, ShimRun } from './run-shim.ts'
import { accepted, listen, playDaemon, socketDirectory } from './scripted-daemon.ts'
import type { Script } from './scripted-daemon.ts'

/** Accepts, and answers the first frame with these bytes. */
export function answering(...answers: (string | Buffer)[]): Script {
  return (socket) => {
    listen(
      socket,
      () => socket.write(accepted),
      () => {
        for (const bytes of answers) socket.write(bytes)
      },
    )
  }
}

interface Talk extends ShimRun {
  readonly command?: string
  readonly waitSeconds?: string
  readonly replySeconds?: string
}

/** Runs a shim beside a daemon that keeps to the script; without a script there is none. */
export async function talk(
  context: TestContext,
  shim: string,
  script: Script | undefined,
  { command = 'ADD', waitSeconds = '5', replySeconds = '5', ...run }: Talk = {},
): Promise<ShimEnd & { readonly socketPath: string }> {
  const directory = socketDirectory(context)
  if (script !== undefined) await playDaemon(context, directory, script)
  const end = await runShim(shim, {
    env: {
      ...addEnvironment,
      CNI_COMMAND: command,
      PLAIT_SHIM_WAIT_SECONDS: waitSeconds,
      PLAIT_SHIM_REPLY_SECONDS: replySeconds,
    },
    stdin: JSON.stringify({ cniVersion: '1.1.0', name: 'n', daemonSocketDir: directory }),
    ...run,
  })
  return { ...end, socketPath: join(directory, 'multus.sock') }
}
