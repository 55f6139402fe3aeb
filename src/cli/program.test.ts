// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import type { Command } from 'commander'
import { PlaitError } from '../base/index.ts'
import { Interrupted } from './interrupt.ts'
import { createProgram } from './program.ts'
import { reportError } from './report-error.ts'

function names(command: Command): string[] {
  return command.commands.map((one) => one.name())
}

function find(...path: readonly string[]): Command {
  return path.reduce<Command>(
    (command, name) =>
      command.commands.find((one) => one.name() === name) ?? assert.fail(`no command ${name}`),
    createProgram(),
  )
}

describe('the command tree', () => {
  it('has the commands of the folders', () => {
    assert.deepEqual(names(createProgram()), ['daemon', 'install', 'lab', 'uninstall', 'version'])
    assert.deepEqual(names(find('lab')).slice(0, 6), ['run', 'up', 'down', 'status', 'exec', 'list'])
  })

  it('hides the commands that are not for people', () => {
    const help = find('lab').helpInformation()
    assert.match(help, /run \[options\] \[scenario\]/)
    assert.doesNotMatch(help, /inside|kubelet/)
  })

  it('runs two-macvlan unless told otherwise', () => {
    assert.match(find('lab', 'run').helpInformation(), /\(default: "two-macvlan"\)/)
  })

  it('refuses a number of nodes that is none', async () => {
    const run = find('lab', 'run')
    run.exitOverride().configureOutput({ writeErr: () => undefined })
    for (const nodes of ['0', '51', 'x', '1.5']) {
      await assert.rejects(run.parseAsync(['--nodes', nodes], { from: 'user' }), /Give a number from 1 to 50/)
    }
  })
})

describe('reportError()', () => {
  function report(t: TestContext, error: unknown) {
    const printed = t.mock.method(console, 'error', () => undefined)
    const code = reportError(error)
    return { code, lines: printed.mock.calls.map(({ arguments: [line] }) => String(line)) }
  }

  it('prints one line, and one with the id and the remedy', (t) => {
    const cause = new Error('the cause')
    const { code, lines } = report(t, new PlaitError('lab/not-up', 'Cannot find a lab', { cause }))
    assert.equal(code, 2)
    assert.deepEqual(lines, [
      'plait: Cannot find a lab: the cause',
      '  lab/not-up: Start one with "plait lab up".',
    ])
  })

  it('gives the exit code of the signal that interrupted the program', (t) => {
    const { code, lines } = report(t, new Interrupted('SIGTERM'))
    assert.equal(code, 143)
    assert.deepEqual(lines, ['plait: interrupted by SIGTERM'])
  })
})
