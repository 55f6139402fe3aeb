// SPDX-License-Identifier: Apache-2.0

import type { PluginConfig } from '../config/plugin-config.ts'

const verbs = { ADD: 'add', DEL: 'delete' } as const

/** The failure of one plugin of a list in ADD or DEL, as upstream names it; what the plugin said is the cause. */
export class PluginCallError extends Error {
  override readonly name = 'PluginCallError'

  constructor({ type, name }: PluginConfig, command: keyof typeof verbs, cause: unknown) {
    const named = name === '' ? '' : ` name="${name}"`
    super(`plugin type="${type}"${named} failed (${verbs[command]})`, { cause })
  }
}

/**
 * Runs an operation on the list that a network of one plugin stands for; failures come without the name of the
 * plugin before them, as upstream has it.
 */
export async function withoutPrefix<T>(operation: Promise<T>): Promise<T> {
  try {
    return await operation
  } catch (error) {
    if (error instanceof PluginCallError) throw error.cause
    throw error
  }
}
