// SPDX-License-Identifier: Apache-2.0

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** The compiler that builds the shim and the harnesses. */
export const compiler = process.env.CC ?? 'cc'

export const root = join(import.meta.dirname, '../..')

/** A shim to test, under a name for the test's title. */
export interface BuiltShim {
  readonly name: string
  readonly path: string
}

/** Runs make in shim/; gives what went wrong. */
export function make(
  target: string,
  cc: string = compiler,
  ...variables: readonly string[]
): string | undefined {
  const { error, status, stderr } = spawnSync(
    process.env.MAKE ?? 'make',
    ['-s', '-C', join(root, 'shim'), `CC=${cc}`, ...variables, target],
    {
      encoding: 'utf8',
      timeout: 300_000,
    },
  )
  if (error !== undefined) return error.message
  return status === 0 ? undefined : stderr.trim()
}

const noCompiler =
  spawnSync(compiler, ['--version']).error === undefined ? undefined : 'there is no C compiler'

/** Why the tests of the shim cannot run here; false when they can. */
export const skip: string | false = noCompiler ?? false

/** The shim as it is shipped, and with the sanitizers for addresses and undefined behaviour. */
export function buildShims(): readonly BuiltShim[] {
  if (skip !== false) return []
  return ['all', 'check'].map((target) => {
    const problem = make(target)
    if (problem !== undefined) throw new Error(`Cannot build the shim: ${problem}`)
    const file = target === 'all' ? 'multus-shim' : 'multus-shim-check'
    return { name: file, path: join(root, 'build', file) }
  })
}
