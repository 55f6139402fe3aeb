// SPDX-License-Identifier: Apache-2.0

/** What the command line of the daemon asks for. */
export type DaemonArguments =
  | { readonly action: 'run'; readonly configFile: string }
  | { readonly action: 'version' }
  | { readonly action: 'help' }
  | { readonly action: 'refuse'; readonly problem: string }

/** Where upstream's manifests put the configuration of the daemon. */
export const defaultConfigFile = '/etc/cni/net.d/multus.d/daemon-config.json'

/** Reads upstream's flags, with one dash or two, as Go's flag package does: `-config FILE`, `-config=FILE`, `-version`. */
export function parseDaemonArguments(words: readonly string[]): DaemonArguments {
  let configFile = defaultConfigFile
  const left = [...words]
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const [, name = '', value] = /^--?([^=]+)(?:=(.*))?$/s.exec(word) ?? []
    if (name === 'version') return { action: 'version' }
    if (name === 'h' || name === 'help') return { action: 'help' }
    if (name !== 'config') return { action: 'refuse', problem: `flag provided but not defined: ${word}` }
    const given = value ?? left.shift()
    if (given === undefined) return { action: 'refuse', problem: `flag needs an argument: ${word}` }
    configFile = given
  }
  return { action: 'run', configFile }
}
