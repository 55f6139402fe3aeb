// SPDX-License-Identifier: Apache-2.0

/** A command line that a POSIX shell splits into exactly these arguments again. */
export function formatShellCommand(command: readonly string[]): string {
  return command.map(quote).join(' ')
}

function quote(argument: string): string {
  if (/^[\w%+,./:=@-]+$/.test(argument)) return argument
  return `'${argument.replaceAll("'", String.raw`'\''`)}'`
}
