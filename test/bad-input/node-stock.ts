// SPDX-License-Identifier: Apache-2.0

// What an attachment can leave behind, as other programs and the kernel's own files tell it.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { isJsonObject, parseJson } from '../../src/base/index.ts'
import type { JsonObject } from '../../src/base/index.ts'
import type { Namespace } from '../../src/linux/index.ts'
import { filesBelow } from '../netns/files-below.ts'
import { dig } from '../netns/fixture.ts'
import { openNamespaces } from '../netns/open-namespaces.ts'

/** One line per thing that is there. */
export interface Stock {
  readonly hostLinks: readonly string[]
  readonly podLinks: readonly string[]
  readonly podRoutes: readonly string[]
  readonly podRules: readonly string[]
  readonly files: readonly string[]
  readonly processes: readonly string[]
  /** Network namespaces besides its own that the daemon holds open. */
  readonly openNamespaces: number
}

/** Where to look. */
export interface Places {
  readonly host: Namespace
  readonly pod: Namespace
  readonly daemonPid: number
  /** Directory of state as this process sees it. */
  readonly state: string
}

/** Takes it. */
export function takeStock({ host, pod, daemonPid, state }: Places): Stock {
  const [hostLinks = []] = ask(host, ['link'])
  const [podLinks = [], podRoutes = [], podRules = []] = ask(pod, ['link', 'route show table all', 'rule'])
  return {
    hostLinks: hostLinks.map(formatLink),
    podLinks: podLinks.map(formatLink),
    podRoutes: formatAll(podRoutes),
    podRules: formatAll(podRules),
    files: filesBelow(state, keptFile),
    processes: childrenOf(daemonPid),
    openNamespaces: openNamespaces(daemonPid),
  }
}

/** What ip(8) answers to each question; it prints one list per line, without the objects that it left out. */
function ask(namespace: Namespace, questions: readonly string[]): JsonObject[][] {
  const { status, stdout, stderr } = namespace.run(() =>
    spawnSync('ip', ['-json', '-details', '-batch', '-'], {
      input: questions.join('\n'),
      encoding: 'utf8',
      timeout: 10_000,
    }),
  )
  assert.equal(status, 0, stderr)
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const value = parseJson(line)
      assert.ok(Array.isArray(value))
      return value.filter((item) => isJsonObject(item) && Object.keys(item).length > 0)
    })
}

// Whether a bridge is up depends on its ports, so the states are left out.
function formatLink(link: JsonObject): string {
  const words = [link['ifname'], dig(link, 'linkinfo', 'info_kind'), link['master']]
  return words.filter((word) => typeof word === 'string').join(' ')
}

function formatAll(objects: readonly JsonObject[]): string[] {
  return objects.map((object) => JSON.stringify(object)).toSorted()
}

/** What stays for good: of a network, the lock and where its rotation stands; of the node, its own record. */
const keptFile = /\/(?:lock|last_reserved_ip\.\d+|\.node)$/

function childrenOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
    const children = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim()
    return children === '' ? [] : children.split(' ').map(commandOf)
  })
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return 'a process that just ended'
  }
}
