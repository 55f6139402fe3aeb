// SPDX-License-Identifier: Apache-2.0

import { closeSync, writeSync } from 'node:fs'
import { parseJson, runCommand } from '../../base/index.ts'
import type { CommandOutput, JsonValue } from '../../base/index.ts'
import type { Namespace } from '../namespace/namespace.ts'
import { memfdCreate } from '../sys/libc.ts'

/** The bounds of an nft run. */
export interface NftOptions {
  readonly signal?: AbortSignal | undefined
  /** Have nft give back what it made, with handles. */
  readonly echo?: boolean | undefined
  /** @default 20,000 */
  readonly timeoutMs?: number | undefined
}

const maxOutputBytes = 16 << 20

/**
 * Has nft carry out commands in a namespace, all of them or none (libnftables-json(5)).
 *
 * @returns what nft printed: `{ nftables: […] }` for lists and with `echo`, otherwise null.
 * @throws CommandError with nft's own text; a missing element is exit code 1, "No such file or directory".
 */
export async function runNft(
  namespace: Namespace,
  commands: readonly JsonValue[],
  options: NftOptions = {},
): Promise<JsonValue> {
  const { signal, echo = false, timeoutMs = 20_000 } = options
  namespace.beforeCall('nft')
  const argv = ['nft', ...(echo ? ['-e', '-a'] : []), '-j', '-f', '/proc/self/fd/0']
  const { stdout } = await startInside(namespace, argv, { commands, timeoutMs, signal })
  return stdout.trim() === '' ? null : parseJson(stdout)
}

// nft opens its standard input by name, which the kernel refuses for the sockets that Node gives its children.
// The name is the one below /proc, because /dev/stdin is missing in small containers.
async function startInside(
  namespace: Namespace,
  argv: readonly string[],
  {
    commands,
    ...bounds
  }: { commands: readonly JsonValue[]; timeoutMs: number; signal: AbortSignal | undefined },
): Promise<CommandOutput> {
  const inputFd = memfdCreate('nft')
  try {
    // At a given position, so that the offset, which the child shares, stays at the beginning.
    writeSync(inputFd, JSON.stringify({ nftables: commands }), 0)
    // The child has been started when runCommand returns its promise, which the object hides from run().
    const started = namespace.run(() => ({
      output: runCommand(argv, { ...bounds, inputFd, maxOutputBytes }),
    }))
    return await started.output
  } finally {
    closeSync(inputFd)
  }
}
