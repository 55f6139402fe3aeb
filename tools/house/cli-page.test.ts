// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Command } from 'commander'
import { withCommands } from './cli-page.ts'

const empty = '# Commands\n\n<!-- commands: made -->\n<!-- /commands -->\n\n## After\n'

function program(): Command {
  const lab = new Command('lab')
    .addCommand(new Command('run').description('run it').option('--keep', 'leave it'))
    .addCommand(new Command('inside'), { hidden: true })
  return new Command('plait').addCommand(lab).addCommand(new Command('daemon').helpOption(false))
}

describe('withCommands()', () => {
  it('writes a section for each command that is not hidden, with its help', () => {
    const page = withCommands(empty, program(), new Map())
    assert.deepEqual(page.match(/^#+ .*$/gm), [
      '# Commands',
      '### plait lab run',
      '### plait daemon',
      '## After',
    ])
    assert.match(page, /Usage: plait lab run \[options\]\n\nrun it\n\nOptions:\n +--keep +leave it/)
  })

  it('takes the help of a command that has its own', () => {
    const page = withCommands(empty, program(), new Map([['plait daemon', 'its own words']]))
    assert.match(page, /### plait daemon\n\n```text\nits own words\n```/)
  })

  it('gives the same page again', () => {
    const once = withCommands(empty, program(), new Map())
    assert.equal(withCommands(once, program(), new Map()), once)
  })
})
