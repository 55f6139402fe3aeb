// SPDX-License-Identifier: Apache-2.0

/** The words with which this program was started, to start it again with another command. */
export function commandLine(): string[] {
  const [, script = ''] = process.argv
  return [process.execPath, ...process.execArgv, script]
}

/** Whether this user is root. */
export function isRoot(): boolean {
  return process.getuid?.() === 0
}
