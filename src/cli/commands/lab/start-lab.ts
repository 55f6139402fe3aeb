// SPDX-License-Identifier: Apache-2.0

import { commandLine } from '../../command-line.ts'
import { untilInterrupted } from '../../interrupt.ts'
import { openTerminal } from '../../terminal.ts'
import { readLabOptions } from './lab-options.ts'

/** Starts a lab as the command line says; the exit code is 1 when an expectation does not hold. */
export async function startLab(scenario: string, mode: 'run' | 'up', values: unknown): Promise<void> {
  const { runLab } = await import('../../../lab/index.ts')
  const options = readLabOptions(values)
  const ok = await runLab(
    {
      ...options,
      scenario,
      mode,
      keep: options.keep || mode === 'up',
      cli: commandLine(),
      signal: untilInterrupted(),
    },
    await openTerminal(),
  )
  process.exitCode = ok ? 0 : 1
}
