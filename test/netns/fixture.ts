// SPDX-License-Identifier: Apache-2.0

// What tests in network namespaces share. Each test makes its own "host" and "container"; nothing is
// ever made in the namespace of the machine, and a check after each file proves it.

import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readlinkSync } from 'node:fs'
import { after, before } from 'node:test'
import { isJsonObject, parseJson, waitFor } from '../../src/base/index.ts'
import type { JsonObject, JsonValue } from '../../src/base/index.ts'
import { isNetlinkError, Namespace } from '../../src/linux/index.ts'
import type { NamespaceOptions } from '../../src/linux/index.ts'

/** Why this process cannot make network namespaces; false when it can. For the option `skip` of a test. */
export const skip: string | false = whyNot()

function whyNot(): string | false {
  try {
    Namespace.create()[Symbol.dispose]()
    return false
  } catch (error) {
    return `cannot make a network namespace: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** What of node:test's context is needed here. */
interface Cleanup {
  after(step: () => void | Promise<void>): void
}

/** A fresh namespace, closed after the test. */
export function makeNamespace(t: Cleanup, options?: NamespaceOptions): Namespace {
  const namespace = Namespace.create(options)
  t.after(() => namespace[Symbol.dispose]())
  return namespace
}

/** A fresh pair of namespaces, `lo` up in both, closed after the test. */
export function makeHostAndContainer(t: Cleanup): { host: Namespace; container: Namespace } {
  const [host, container] = [makeNamespace(t), makeNamespace(t)]
  for (const namespace of [host, container]) runIn(namespace, 'ip', 'link', 'set', 'lo', 'up')
  return { host, container }
}

/** A veth pair in `namespace`, both ends up: stands for a network card and the switch behind it. Gives the index of the first. */
export function makeCard(namespace: Namespace, name: string, behind = `${name}-far`): number {
  runIn(namespace, 'ip', 'link', 'add', name, 'type', 'veth', 'peer', 'name', behind)
  for (const each of [name, behind]) runIn(namespace, 'ip', 'link', 'set', each, 'up')
  return linkIndex(namespace, name)
}

/** What a program prints that runs inside a namespace. @throws with what it printed on standard error. */
export function runIn(namespace: Namespace, program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr, error } = namespace.run(() =>
    spawnSync(program, args, { encoding: 'utf8', timeout: 10_000, maxBuffer: 1 << 24 }),
  )
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: exit code ${status}: ${stderr}`)
  return stdout
}

/** The independent witness: what `ip -json -details …` says inside a namespace. */
export function ip(namespace: Namespace, ...args: readonly string[]): JsonObject[] {
  // ip(8) prints empty objects for what its filters leave out.
  return asList(runIn(namespace, 'ip', '-json', '-details', ...args)).filter(
    (item) => Object.keys(item).length > 0,
  )
}

/** As {@link ip}, for exactly one object. */
export function ipOne(namespace: Namespace, ...args: readonly string[]): JsonObject {
  const [only, ...others] = ip(namespace, ...args)
  assert.ok(
    only !== undefined && others.length === 0,
    `ip ${args.join(' ')} gives ${others.length + 1} objects`,
  )
  return only
}

function asList(text: string): JsonObject[] {
  const value: JsonValue = text.trim() === '' ? [] : parseJson(text)
  assert.ok(Array.isArray(value))
  return value
}

/** What stands at a path of keys inside a value; undefined when something on the way is missing. */
export function dig(value: JsonValue | undefined, ...path: readonly string[]): JsonValue | undefined {
  return path.reduce((inner, key) => (isJsonObject(inner) ? inner[key] : undefined), value)
}

/** The index of a link, as `ip` says it. */
export function linkIndex(namespace: Namespace, name: string): number {
  return Number(ipOne(namespace, 'link', 'show', 'dev', name)['ifindex'])
}

/** The names of all links, as `ip` says them. */
export function linkNames(namespace: Namespace): string[] {
  return ip(namespace, 'link', 'show').flatMap((link) =>
    typeof link['ifname'] === 'string' ? [link['ifname']] : [],
  )
}

/** Waits until a link carries traffic. */
export async function waitForCarrier(namespace: Namespace, name: string): Promise<void> {
  const isUp = (): boolean => ipOne(namespace, 'link', 'show', 'dev', name)['operstate'] === 'UP'
  await waitFor(isUp, { timeoutMs: 5000, what: `${name} to come up` })
}

/** Why links of this kind cannot be made here; false when they can. For the option `skip` of a test. */
export function skipWithout(kind: string): string | false {
  if (skip !== false) return skip
  using namespace = Namespace.create()
  try {
    namespace.links.create({ kind, name: 'probe', data: Buffer.alloc(0) })
  } catch (error) {
    if (isNetlinkError(error, 'EOPNOTSUPP')) return `this kernel has no links of kind ${kind}`
  }
  return false
}

/** Call it once in each file: fails the file when its tests left a descriptor open, a child running, or changed the machine's own namespace. */
export function checkLeaks(): void {
  if (skip !== false) return
  let earlier: Record<string, readonly string[]>
  before(() => {
    earlier = takeStock()
  })
  after(async () => {
    const same = (): boolean => JSON.stringify(takeStock()) === JSON.stringify(earlier)
    // A killed child is not gone at once.
    await waitFor(same, { timeoutMs: 2000, what: 'leaks to close' }).catch(() => undefined)
    assert.deepEqual(takeStock(), earlier, 'the tests left something behind')
  })
}

function takeStock(): Record<string, readonly string[]> {
  return {
    descriptors: descriptors(),
    links: execFileSync('ip', ['-brief', 'link'], { encoding: 'utf8' }).split('\n'),
    addresses: execFileSync('ip', ['-brief', 'address'], { encoding: 'utf8' }).split('\n'),
    rules: execFileSync('ip', ['rule'], { encoding: 'utf8' }).split('\n'),
  }
}

/** Descriptors of namespaces and sockets that this process holds. */
export function descriptors(): string[] {
  return readdirSync('/proc/self/fd')
    .flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/self/fd/${fd}`)]
      } catch {
        // The descriptor by which the folder itself is read.
        return []
      }
    })
    .filter((target) => /^(?:net:|socket:|\/memfd:)/.test(target))
    .sort()
}
