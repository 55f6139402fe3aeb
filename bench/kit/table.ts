// SPDX-License-Identifier: Apache-2.0

import { summarize } from './measurement.ts'
import type { Measurement, Section } from './measurement.ts'

/** A section as a Markdown table: per contender the median with least and greatest, and its ratio to the first. */
export function formatSection({ title, measurements, notes }: Section): string {
  const names = [...new Set(measurements.flatMap(({ samples }) => Object.keys(samples)))]
  const [first = '', ...others] = names
  const header = ['', first, ...others.flatMap((name) => [name, `${name} ÷ ${first}`])]
  const rows = measurements.map((one) => [
    one.unit === '' ? one.what : `${one.what}, ${one.unit}`,
    cell(one, first),
    ...others.flatMap((name) => [cell(one, name), ratio(one, name, first)]),
  ])
  const lines = [header, header.map((_, column) => (column === 0 ? '---' : '---:')), ...rows]
  return [
    `## ${title}\n`,
    ...lines.map((cells) => `| ${cells.join(' | ')} |`),
    ...notes.map((note) => `\n${note}`),
    '',
  ].join('\n')
}

function cell({ samples, unit }: Measurement, name: string): string {
  const summary = summarize(samples[name] ?? [])
  if (summary === undefined) return ''
  const { median, min, max } = summary
  if (unit === '' && min === max) return String(median)
  return min === max ? number(median) : `${number(median)} (${number(min)}–${number(max)})`
}

function ratio({ samples }: Measurement, name: string, first: string): string {
  const [theirs, ours] = [summarize(samples[name] ?? []), summarize(samples[first] ?? [])]
  return theirs === undefined || ours === undefined || ours.median === 0
    ? ''
    : (theirs.median / ours.median).toFixed(1)
}

function number(value: number): string {
  return value.toPrecision(3).includes('e') ? value.toFixed(0) : trim(value)
}

function trim(value: number): string {
  if (value >= 100) return value.toFixed(0)
  return value.toFixed(value >= 10 ? 1 : 2)
}
