// SPDX-License-Identifier: Apache-2.0

/** What the node's configuration shall be: bytes, or what is still missing. */
export type WantedConf = { readonly data: Uint8Array } | { readonly waiting: string }

/** Says at any moment what the node's configuration shall be. */
export interface ConfSource {
  /** The directories in which a change can change the answer. */
  readonly directories: readonly string[]
  /** @throws PlaitError when what is there cannot be used */
  look(): Promise<WantedConf>
}
