// SPDX-License-Identifier: Apache-2.0

import type { Box, Bus, Drawing, DrawingInput, DrawingNode, Drop, TextItem } from './drawing.ts'

// Layers from top to bottom: one row (and its notes) per network, then the nodes side by side. Every port drops
// straight down from its network, so no line ever bends.

const gap = 1
const nicGap = 2

/**
 * A picture of the networks as lines above and the nodes as boxes below, at most `columns` wide. Nodes that do not
 * fit beside one another go to further pictures, each with the networks again.
 */
export function layoutTopology(input: DrawingInput, columns: number): Drawing[] {
  const left = labelWidth(input) + 1
  const wanted = Math.max(...input.nodes.map(boxWidth))
  const width = Math.min(wanted, Math.max(20, columns - left - 1))
  const perPicture = Math.max(1, Math.floor((columns - left - 1 + gap) / (width + gap)))
  const pictures: Drawing[] = []
  for (let at = 0; at < input.nodes.length; at += perPicture) {
    pictures.push(picture({ ...input, nodes: input.nodes.slice(at, at + perPicture) }, left, width))
  }
  return pictures
}

function picture(input: DrawingInput, left: number, boxWidthCells: number): Drawing {
  const rows = networkRows(input)
  const top = rows.end
  const placed = input.nodes.map((node, index) =>
    placeNode(node, { x: left + 1 + index * (boxWidthCells + gap), y: top, width: boxWidthCells, rows }),
  )
  const boxes = placed.map(({ box }) => box)
  return {
    width: left + 1 + input.nodes.length * (boxWidthCells + gap) - gap,
    height: top + Math.max(...boxes.map(({ height }) => height)),
    buses: input.networks.map(({ name }): Bus => ({ x: left, y: rows.of(name) })),
    drops: placed.flatMap(({ drops }) => drops),
    boxes,
    texts: [...labels(input, rows), ...placed.flatMap(({ texts }) => texts)],
  }
}

interface Rows {
  of(network: string): number
  readonly end: number
}

function networkRows({ networks }: DrawingInput): Rows {
  const rows = new Map<string, number>()
  let y = 0
  for (const { name, notes } of networks) {
    rows.set(name, y)
    y += 1 + Math.max(1, notes.length)
  }
  return { of: (network) => rows.get(network) ?? 0, end: y }
}

function labels({ networks }: DrawingInput, rows: Rows): TextItem[] {
  return networks.flatMap(({ name, label, notes }) => [
    { x: 0, y: rows.of(name), text: label, tone: 'title' as const },
    ...notes.map((text, index) => ({ x: 1, y: rows.of(name) + 1 + index, text, tone: 'faint' as const })),
  ])
}

interface Place {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly rows: Rows
}

function placeNode(node: DrawingNode, place: Place): { box: Box; drops: Drop[]; texts: TextItem[] } {
  const { x, y, width, rows } = place
  const inner = width - 4
  const texts: TextItem[] = []
  const drops: Drop[] = []
  let nicX = x + 2
  for (const { name, network } of node.nics) {
    texts.push({ x: nicX, y: y + 1, text: name, tone: 'title' })
    drops.push({ x: nicX, fromY: rows.of(network), toY: y })
    nicX += name.length + nicGap
  }
  const rules: number[] = []
  let row = y + 2
  const write = (text: string, tone: TextItem['tone']): void => {
    texts.push({ x: x + 2, y: row, text: shorten(text, inner), tone })
    row += 1
  }
  for (const note of node.notes) write(note, 'faint')
  for (const pod of node.pods) {
    rules.push(row)
    row += 1
    write(pod.name, pod.tone)
    for (const line of pod.lines) write(` ${line.text}`, line.tone)
  }
  return { box: { x, y, width, height: row - y + 1, title: node.name, rules }, drops, texts }
}

function labelWidth({ networks }: DrawingInput): number {
  const lengths = networks.flatMap(({ label, notes }) => [
    label.length,
    ...notes.map((note) => note.length + 1),
  ])
  return Math.max(0, ...lengths)
}

function boxWidth(node: DrawingNode): number {
  const nics = node.nics.reduce((sum, { name }) => sum + name.length + nicGap, -nicGap)
  const lines = node.pods.flatMap((pod) => [pod.name.length, ...pod.lines.map(({ text }) => text.length + 1)])
  return 4 + Math.max(nics + node.name.length, ...node.notes.map(({ length }) => length), ...lines)
}

/** The ends of a name tell more than its middle: `busybox-…-x7k2q`. */
function shorten(text: string, width: number): string {
  if (text.length <= width) return text
  const tail = Math.floor((width - 1) / 2)
  return `${text.slice(0, width - 1 - tail)}…${text.slice(text.length - tail)}`
}
