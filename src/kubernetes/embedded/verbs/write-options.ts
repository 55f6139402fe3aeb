// SPDX-License-Identifier: Apache-2.0

/** Where a request is aimed. */
export interface Target {
  /** Empty for a cluster-scoped resource. */
  readonly namespace: string
  readonly name: string
}

/** How a write is to be done. */
export interface WriteOptions {
  /** Goes through everything but the storage. */
  readonly dryRun: boolean
  /** Who is recorded as the owner of what changes. */
  readonly fieldManager: string
  /** What happens to fields that the type does not have: dropped, dropped with a warning, or the request refused. */
  readonly fieldValidation: 'Ignore' | 'Warn' | 'Strict'
  /** Takes the texts that the client is warned with. */
  readonly warn: (text: string) => void
}

/** The options of a writer inside this process: nothing is warned of, unknown fields are refused. */
export const strictWrite: WriteOptions = {
  dryRun: false,
  fieldManager: 'embedded',
  fieldValidation: 'Strict',
  warn: () => undefined,
}
