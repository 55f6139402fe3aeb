// SPDX-License-Identifier: Apache-2.0

import { parseJson, runCommand } from '../../base/index.ts'
import type { JsonValue } from '../../base/index.ts'
import type { Namespace } from '../namespace/namespace.ts'

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
  const argv = ['nft', ...(echo ? ['-e', '-a'] : []), '-j', '-f', '-']
  // The child starts before runCommand returns, hence inside. The object hides its promise from run(), which takes none.
  const { output } = namespace.run(() => ({
    output: runCommand(argv, {
      input: JSON.stringify({ nftables: commands }),
      timeoutMs,
      maxOutputBytes,
      signal,
    }),
  }))
  const { stdout } = await output
  return stdout.trim() === '' ? null : parseJson(stdout)
}
