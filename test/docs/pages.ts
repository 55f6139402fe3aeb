// SPDX-License-Identifier: Apache-2.0

import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkout } from '../lab/run-plait.ts'

/** A fenced block of a page. */
export interface Fence {
  /** Where it stands, as `page:line`. */
  readonly place: string
  /** The first word after the fence, such as `sh`; empty without one. */
  readonly language: string
  /** The other words after the fence, such as `run` or `file=scenarios/…`. */
  readonly words: readonly string[]
  readonly text: string
}

/** A page of the documentation. */
export interface Page {
  /** From the root of the checkout. */
  readonly path: string
  readonly text: string
  /** The text with blank lines in place of fenced blocks, so that lines keep their numbers. */
  readonly prose: string
  readonly fences: readonly Fence[]
}

/** A span of code within a line of prose, or a link. */
export interface Span {
  readonly place: string
  readonly text: string
}

const everything = ['*.md', '{docs,src,shim,bench,test,deploy,scenarios}/**/*.md']
const block = /^( *)```(.*)\n([^]*?)^\1```$/gm

/** The pages that match; all that the checkout has, without a pattern. */
export function readPages(patterns: string | readonly string[] = everything): readonly Page[] {
  return globSync(patterns, { cwd: checkout }).toSorted().map(readPage)
}

/** One page. */
export function readPage(path: string): Page {
  const text = readFileSync(join(checkout, path), 'utf8')
  const fences = [...text.matchAll(block)].map(({ 1: indent = '', 2: info = '', 3: body = '', index }) => {
    const [language = '', ...words] = info.trim().split(/\s+/)
    return { place: placeOf(path, text, index), language, words, text: withoutIndent(body, indent) }
  })
  return { path, text, prose: text.replaceAll(block, blankLines), fences }
}

/** The inline code of the prose. */
export function codeSpans({ path, prose }: Page): readonly Span[] {
  return [...prose.matchAll(/(`+)([^`\n]+)\1/g)].map(({ 2: text = '', index }) => ({
    place: placeOf(path, prose, index),
    text: text.trim(),
  }))
}

/** The targets of links and pictures, in Markdown and in HTML. */
export function links({ path, prose }: Page): readonly Span[] {
  const bare = prose.replaceAll(/(`+)[^`\n]+\1/g, (code) => ' '.repeat(code.length))
  return [...bare.matchAll(/\]\(([^)\s]+)[^)]*\)|(?:src|srcset|href)="([^"]+)"/g)].map(
    ({ 1: markdown, 2: html = '', index }) => ({ place: placeOf(path, bare, index), text: markdown ?? html }),
  )
}

/** The anchors that a page offers, as GitHub makes them of its headings. */
export function anchors({ prose }: Page): ReadonlySet<string> {
  const headings = [...prose.matchAll(/^#{1,6} (.*)$/gm)].map(([, heading = '']) => heading)
  return new Set(headings.map(slug))
}

function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-')
}

function placeOf(path: string, text: string, index: number): string {
  return `${path}:${text.slice(0, index).split('\n').length}`
}

function withoutIndent(body: string, indent: string): string {
  return indent === '' ? body : body.replaceAll(new RegExp(`^${indent}`, 'gm'), '')
}

function blankLines(text: string): string {
  return text.replaceAll(/[^\n]/g, '')
}
