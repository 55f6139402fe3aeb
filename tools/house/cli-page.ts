// SPDX-License-Identifier: Apache-2.0

import type { Command } from 'commander'

const between = /(<!-- commands: [^\n]*-->\n)[^]*?(<!-- \/commands -->)/
const helpWidth = 100

/** What a command answers to `--help`, whatever terminal this process has. */
function helpOf(command: Command): string {
  let help = ''
  command.configureOutput({
    writeOut: (text) => {
      help += text
    },
    getOutHelpWidth: () => helpWidth,
    getOutHasColors: () => false,
  })
  command.outputHelp()
  return help.trimEnd()
}

/** The commands below one that people are told of. */
function visibleCommands(command: Command): readonly Command[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .filter((one) => one.name() !== 'help')
}

/** One section for each command without commands of its own: its name and what it says about itself. */
function sections(command: Command, path: string, ownHelp: ReadonlyMap<string, string>): readonly string[] {
  const below = visibleCommands(command)
  if (below.length > 0) return below.flatMap((one) => sections(one, `${path} ${one.name()}`, ownHelp))
  const help = ownHelp.get(path) ?? helpOf(command)
  return [`### ${path}\n\n\`\`\`text\n${help}\n\`\`\`\n`]
}

/**
 * The page of commands with its generated part as the program says it.
 *
 * @param ownHelp help of commands that commander does not print, by their words.
 */
export function withCommands(page: string, program: Command, ownHelp: ReadonlyMap<string, string>): string {
  const text = sections(program, program.name(), ownHelp).join('\n')
  return page.replace(between, (_, begin: string, end: string) => `${begin}\n${text}\n${end}`)
}
