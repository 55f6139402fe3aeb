// SPDX-License-Identifier: Apache-2.0

// The shim's search in the configuration against JSON.parse(), with the sanitizers watching.

import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import * as fc from 'fast-check'
import { compiler, root, skip } from './build-shim.ts'

interface Found {
  readonly socketDir: string
  readonly version: string
  readonly name: string | undefined
}

type Answer = Found | { readonly code: number; readonly text: string }

const runs = Number(process.env.PLAIT_FUZZ_RUNS ?? 20_000)

const shimKeys = ['daemonSocketDir', 'cniVersion', 'name']
const key = fc.oneof(
  fc.constantFrom(...shimKeys, 'DAEMONSOCKETDIR', 'CniVersion', 'NAME', 'daemonSocketDi', 'names', ''),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
)
const short = fc.oneof(fc.string({ maxLength: 30 }), fc.constantFrom('/run/x/', '1.0.0', 'net-a'))

/** A string as JSON, its characters escaped here and there as JSON allows. */
function escapeSome(text: string, dice: readonly number[]): string {
  const characters = Array.from(text, (character, index) => {
    const code = character.codePointAt(0) ?? 0
    const turn = dice[index % dice.length] ?? 0
    if (turn === 1 && code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`
    if (turn === 2 && character === '/') return String.raw`\/`
    return JSON.stringify(character).slice(1, -1)
  })
  return `"${characters.join('')}"`
}

const blank = fc.string({ unit: fc.constantFrom(' ', '\n', '\t', '\r'), maxLength: 2 })
const dice = fc.array(fc.nat(4), { minLength: 1, maxLength: 5 })
const member = fc.tuple(
  key,
  fc.oneof({ weight: 3, arbitrary: short }, fc.jsonValue(), fc.constant(null)),
  dice,
  blank,
)

/** The text of an object, its members in this order, names twice where they come twice. */
const objectText = fc.tuple(fc.array(member, { maxLength: 8 }), blank).map(([members, gap]) => {
  const texts = members.map(([name, value, turns, space]) => {
    const valueText =
      typeof value === 'string' ? escapeSome(value, turns) : JSON.stringify(value, null, space)
    return `${space}${escapeSome(name, turns)}${gap}:${space}${valueText}${gap}`
  })
  return { text: `${gap}{${texts.join(',')}${texts.length === 0 ? gap : ''}}${gap}`, members }
})

const isUsable = (text: string): boolean => !/[\0\ud800-\udfff]/.test(text) && Buffer.byteLength(text) < 32

/** What Go would find; undefined when the shim may refuse or cut the value. */
function expectedOf(members: readonly (readonly [string, unknown, ...unknown[]])[]): Found | undefined {
  const found = new Map<string, string>()
  for (const [name, value] of members) {
    const known = shimKeys.find((one) => one.toLowerCase() === name.toLowerCase())
    if (known === undefined || value === null) continue
    if (typeof value !== 'string' || !isUsable(value)) return undefined
    found.set(known, value)
  }
  return {
    socketDir: found.get('daemonSocketDir') || '/run/multus/',
    version: found.get('cniVersion') || '0.1.0',
    name: found.get('name') || undefined,
  }
}

function fromHex(text: string | undefined): string {
  return Buffer.from(text ?? '', 'hex').toString()
}

describe('the configuration in the shim', { skip }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'plait-scan-'))
  const harness = join(directory, 'harness')
  before(() => {
    if (skip !== false) return
    const flags = [
      '-std=c11',
      '-D_GNU_SOURCE',
      '-g',
      '-O1',
      '-fsanitize=address,undefined',
      '-fno-sanitize-recover=all',
    ]
    const sources = [join(import.meta.dirname, 'read-config-harness.c'), join(root, 'shim/config.c')]
    execFileSync(compiler, [...flags, ...sources, '-o', harness])
  })
  after(() => rmSync(directory, { recursive: true }))

  function scan(texts: readonly (string | Uint8Array)[]): Answer[] {
    const input = texts.flatMap((text) => {
      const bytes = Buffer.from(text)
      const size = Buffer.alloc(4)
      size.writeUInt32LE(bytes.length)
      return [size, bytes]
    })
    const maxBuffer = 1 << 30
    const { status, stdout, stderr } = spawnSync(harness, {
      input: Buffer.concat(input),
      maxBuffer,
      encoding: 'utf8',
    })
    assert.equal(status, 0, stderr.slice(0, 4000))
    const lines = stdout.split('\n').slice(0, -1)
    assert.equal(lines.length, texts.length)
    return lines.map((line) => {
      const [state, ...fields] = line.split(' ')
      if (state === 'no') return { code: Number(fields[0]), text: fromHex(fields[1]) }
      const [socketDir, version, name] = fields.slice(0, 3).map(fromHex)
      return {
        socketDir: socketDir ?? '',
        version: version ?? '',
        name: fields[3] === '1' ? name : undefined,
      }
    })
  }

  test('is found wherever and however it is written', () => {
    const samples = fc.sample(objectText, runs).flatMap(({ text, members }) => {
      const expected = expectedOf(members)
      return expected === undefined ? [] : [{ text, expected }]
    })
    assert.ok(samples.length > runs / 10)
    const answers = scan(samples.map(({ text }) => text))
    for (const [index, { text, expected }] of samples.entries()) {
      assert.doesNotThrow(() => JSON.parse(text))
      assert.deepEqual(answers[index], expected, text)
    }
  })

  test('is never refused as malformed when it is a JSON object, and bad bytes do no harm', () => {
    const bytes = fc.uint8Array({ maxLength: 60 })
    const damaged = fc
      .tuple(objectText, fc.nat(), fc.nat(255), fc.boolean())
      .map(([{ text }, at, byte, cut]) => {
        const copy = Buffer.from(text)
        const index = at % copy.length
        if (cut) return copy.subarray(0, index)
        copy[index] = byte
        return copy
      })
    const tokens = fc
      .array(fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', 'name', '"name"', '1', 'null', ' '), {
        maxLength: 14,
      })
      .map((parts) => Buffer.from(parts.join('')))
    const texts = fc.sample(fc.oneof(bytes, damaged, tokens), runs)
    for (const [index, answer] of scan(texts).entries()) {
      if (!('code' in answer)) continue
      const text = Buffer.from(texts[index] ?? []).toString()
      let value: unknown
      try {
        value = JSON.parse(text)
      } catch {
        continue // refused by both
      }
      const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
      assert.ok(
        !isObject || !/character|unexpected end|not a JSON object/.test(answer.text),
        `${text}: ${answer.text}`,
      )
    }
  })

  test('may be nested deeper than any stack', () => {
    const deep = `{"x":${'['.repeat(3_000_000)}${']'.repeat(3_000_000)},"name":"n"}`
    assert.deepEqual(scan([deep]), [{ socketDir: '/run/multus/', version: '0.1.0', name: 'n' }])
  })
})
