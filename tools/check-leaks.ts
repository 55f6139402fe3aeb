// SPDX-License-Identifier: Apache-2.0

// Runs a command and compares the machine before and after: links, named network namespaces, control groups, mounts,
// and processes that run something of this checkout or of the cluster's programs. Whatever is left behind is named, and
// the exit status is then 1.
//   node tools/check-leaks.ts COMMAND [ARGUMENT …]

import { spawnSync } from 'node:child_process'
import { globSync, readdirSync, readFileSync } from 'node:fs'

type Snapshot = ReadonlySet<string>

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '')
}

function listDirectory(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return [] // a directory that is not there holds nothing
  }
}

const ours = [process.cwd(), process.env['PLAIT_KUBERNETES'] ?? process.cwd()]

function processes(): string[] {
  return listDirectory('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
        return ours.some((folder) => command.includes(folder))
          ? [`process ${pid}: ${command.slice(0, 120)}`]
          : []
      } catch {
        return [] // it ended meanwhile
      }
    })
}

function snapshot(): Snapshot {
  return new Set([
    ...listDirectory('/sys/class/net').map((name) => `link ${name}`),
    ...listDirectory('/run/netns').map((name) => `network namespace ${name}`),
    ...globSync('/sys/fs/cgroup/*/*/').map((path) => `control group ${path}`),
    ...listDirectory('/run/multus').map((name) => `file /run/multus/${name}`),
    ...listDirectory('/var/lib/cni').map((name) => `file /var/lib/cni/${name}`),
    ...lines(readFileSync('/proc/mounts', 'utf8')).map((line) => `mount ${line}`),
    ...processes(),
  ])
}

const [command, ...args] = process.argv.slice(2)
if (command === undefined) throw new Error('Cannot run: no command was given')
const before = snapshot()
const { status } = spawnSync(command, args, { stdio: 'inherit' })
const left = [...snapshot()].filter((entry) => !before.has(entry))
for (const entry of left) console.error(`left behind: ${entry}`)
process.exitCode = left.length > 0 ? 1 : (status ?? 1)
