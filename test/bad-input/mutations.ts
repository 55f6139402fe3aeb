// SPDX-License-Identifier: Apache-2.0

/** Numbers that only look random: the same seed gives the same ones. */
export class Dice {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** A whole number from 0 up to, and without, `limit` (xorshift32; the seed must not be 0). */
  below(limit: number): number {
    this.#state ^= this.#state << 13
    this.#state ^= this.#state >>> 17
    this.#state ^= this.#state << 5
    this.#state >>>= 0
    return this.#state % limit
  }

  /** One of several. */
  pick<T>(all: readonly [T, ...T[]]): T {
    return all[this.below(all.length)] ?? all[0]
  }
}

type Mutation = (bytes: Buffer, dice: Dice) => Buffer

const oddLengths = [0, 1, 4, 127, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff] as const
const oddTexts = [
  '"',
  '{',
  '}',
  '\0',
  '\r\n\r\n',
  '..',
  '/',
  ';',
  '=',
  '\u{10ffff}',
  'null',
  '-1',
  '1e999',
] as const

const flip: Mutation = (bytes, dice) => {
  const changed = Buffer.from(bytes)
  for (let left = 1 + dice.below(4); left > 0; left--) {
    const at = dice.below(changed.length)
    changed[at] = (changed[at] ?? 0) ^ (1 << dice.below(8))
  }
  return changed
}

const truncate: Mutation = (bytes, dice) => bytes.subarray(0, dice.below(bytes.length))

const writeLength: Mutation = (bytes, dice) => {
  if (bytes.length < 4) return flip(bytes, dice)
  const changed = Buffer.from(bytes)
  changed.writeUInt32LE(dice.pick(oddLengths), dice.below(changed.length - 3))
  return changed
}

const changeNumber: Mutation = (bytes, dice) => {
  const text = bytes.toString('latin1')
  const numbers = [...text.matchAll(/\d+/g)]
  const found = numbers[dice.below(Math.max(1, numbers.length))]
  if (found === undefined) return flip(bytes, dice)
  const { index, 0: old } = found
  return Buffer.from(text.slice(0, index) + dice.pick(oddLengths) + text.slice(index + old.length), 'latin1')
}

const repeatPart: Mutation = (bytes, dice) => {
  const start = dice.below(bytes.length)
  const end = start + 1 + dice.below(Math.min(64, bytes.length - start))
  return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start, end), bytes.subarray(end)])
}

const repeatLine: Mutation = (bytes, dice) => {
  const lines = bytes.toString('latin1').split('\r\n')
  const at = dice.below(lines.length)
  return Buffer.from(lines.toSpliced(at, 0, lines[at] ?? '').join('\r\n'), 'latin1')
}

const insertText: Mutation = (bytes, dice) => {
  const at = dice.below(bytes.length)
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(dice.pick(oddTexts)), bytes.subarray(at)])
}

const removePart: Mutation = (bytes, dice) => {
  const at = dice.below(bytes.length)
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + dice.below(16))])
}

const mutations = [
  flip,
  truncate,
  writeLength,
  changeNumber,
  repeatPart,
  repeatLine,
  insertText,
  removePart,
] as const

/** Bytes that something was done to: bits turned, lengths changed, parts lost, repeated, or put in; sometimes twice. */
export function mutate(bytes: Buffer, dice: Dice): Buffer {
  const once = dice.pick(mutations)(bytes, dice)
  return once.length > 0 && dice.below(4) === 0 ? dice.pick(mutations)(once, dice) : once
}
