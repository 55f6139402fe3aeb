// SPDX-License-Identifier: Apache-2.0

import { closeSync, openSync } from 'node:fs'
import { PlaitError } from '../../../base/index.ts'
import { commandLine } from '../../command-line.ts'
import { untilInterrupted } from '../../interrupt.ts'
import { openTerminal } from '../../terminal.ts'
import { readLabOptions } from './lab-options.ts'

/** Starts a lab as the command line says; the exit code is 1 when an expectation does not hold. */
export async function startLab(scenario: string, mode: 'run' | 'up', values: unknown): Promise<void> {
  const { runLab } = await import('../../../lab/index.ts')
  const options = readLabOptions(values)
  if (options.svg !== undefined) requireWritable(options.svg)
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

/** Found out before the lab is built: else its report would be lost. @throws PlaitError `lab/picture-unwritable` */
function requireWritable(path: string): void {
  try {
    closeSync(openSync(path, 'a'))
  } catch (error) {
    throw new PlaitError('lab/picture-unwritable', `Cannot write the picture to ${path}`, { cause: error })
  }
}
