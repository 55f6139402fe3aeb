// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import type { Command } from 'commander'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createProgram } from '../../src/cli/index.ts'
import { isJsonObject, parseJson } from '../../src/base/index.ts'
import { parseDaemonArguments } from '../../src/daemon/process/arguments.ts'
import { checkout } from '../lab/run-plait.ts'
import { codeSpans, readPages, type Page, type Span } from './pages.ts'

/** The lines of shell blocks without comments, and the code spans that begin with the program. */
function commandLines(page: Page, program: RegExp): readonly Span[] {
  const lines = page.fences
    .filter(({ language }) => language === 'sh')
    .flatMap(({ place, text }) => text.split('\n').map((line) => ({ place, text: line })))
  return [...lines, ...codeSpans(page)].flatMap(({ place, text }) =>
    text
      .replace(/(?:^|\s)#.*$/, '')
      .split(/\||&&|;|\$\(|\)/)
      .map((part) => part.trim().replace(/^(?:[A-Z_]+=\S* +|sudo +|(?:time|env) +)*/, ''))
      .filter((part) => program.test(part))
      .map((part) => ({ place, text: part })),
  )
}

/** The words of a command up to a redirection. */
function wordsOf(line: string): string[] {
  const words = line.split(/\s+/).slice(1)
  const end = words.findIndex((word) => /^\d*[<>]/.test(word))
  return end === -1 ? words : words.slice(0, end)
}

/** What is wrong with the words after `plait`: a command or a flag that does not exist. */
function plaitProblem(words: readonly string[], command: Command = createProgram()): string | undefined {
  const [first, ...rest] = words
  if (command.name() === 'daemon') {
    const asked = parseDaemonArguments(words)
    return asked.action === 'refuse' ? asked.problem : undefined
  }
  if (command.commands.length > 0 && first !== undefined && !/^[-…[<]/.test(first)) {
    const next = command.commands.find((one) => one.name() === first)
    return next === undefined ? `no command ${command.name()} ${first}` : plaitProblem(rest, next)
  }
  return flagProblem(words, command)
}

function flagProblem(words: readonly string[], command: Command): string | undefined {
  const own = words.includes('--') ? words.slice(0, words.indexOf('--')) : words
  const known = new Set(['--help', '-h', ...command.options.flatMap(({ long, short }) => [long, short])])
  const unknown = own
    .map((word) => word.replace(/^\[|\]$/g, '').split('=')[0] ?? '')
    .find((word) => word.startsWith('-') && !known.has(word))
  return unknown === undefined ? undefined : `${command.name()} has no ${unknown}`
}

describe('commands of the documentation', () => {
  const pages = readPages()

  it('named plait exist, with these flags', () => {
    const wrong = pages
      .flatMap((page) => commandLines(page, /^(?:bin\/)?plait\s+[a-z-]/))
      .flatMap(({ place, text }) => {
        const problem = plaitProblem(wordsOf(text))
        return problem === undefined ? [] : [`${place}: ${text}: ${problem}`]
      })
    assert.deepEqual(wrong, [])
  })

  it('named make have a target', () => {
    const makefile = readFileSync(join(checkout, 'Makefile'), 'utf8')
    const targets = new Set([...makefile.matchAll(/^([a-z]+):/gm)].map(([, target]) => target))
    const wrong = pages
      .flatMap((page) => commandLines(page, /^make [a-z]/))
      .filter(({ text }) => wordsOf(text).some((word) => /^[a-z]+$/.test(word) && !targets.has(word)))
    assert.deepEqual(wrong, [])
  })

  it('named npm run have a script', () => {
    const manifest = parseJson(readFileSync(join(checkout, 'package.json')))
    const scripts = isJsonObject(manifest) && isJsonObject(manifest['scripts']) ? manifest['scripts'] : {}
    const wrong = pages
      .flatMap((page) => commandLines(page, /^npm run /))
      .filter(
        ({ text }) => !Object.hasOwn(scripts, wordsOf(text).filter((word) => !word.startsWith('-'))[1] ?? ''),
      )
    assert.deepEqual(wrong, [])
  })
})
