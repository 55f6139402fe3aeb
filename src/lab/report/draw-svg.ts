// SPDX-License-Identifier: Apache-2.0

import type { Box, Drawing, TextItem } from './drawing.ts'

const cellWidth = 8.4
const cellHeight = 20
const margin = 16

// Mid greys read on white and on black alike; a viewer that tells its scheme gets a sharper pair.
const style = `
    text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #6e7681; white-space: pre }
    .title { font-weight: 600 } .good { fill: #2da44e } .bad { fill: #d1242f } .faint { opacity: .8 }
    .bus { stroke: #8b949e; stroke-width: 4; stroke-linecap: round }
    .drop, .rule { stroke: #8b949e; stroke-width: 1.5 } .rule { opacity: .4 }
    .box { fill: #8b949e14; stroke: #8b949e; stroke-width: 1.5 } .port { fill: #8b949e }
    @media (prefers-color-scheme: light) { text { fill: #24292f } }
    @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .good { fill: #3fb950 } .bad { fill: #f85149 } }
  `

/** The pictures, one below the other, as one SVG document; it needs no background and no font of its own. */
export function drawAsSvg(drawings: readonly Drawing[], title: string): string {
  const width = 2 * margin + Math.max(...drawings.map((one) => one.width)) * cellWidth
  let y = margin
  const parts: string[] = []
  for (const drawing of drawings) {
    parts.push(`  <g transform="translate(${margin} ${round(y)})">\n${body(drawing)}\n  </g>`)
    y += (drawing.height + 1) * cellHeight
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${round(y)}" role="img" aria-label="${escapeXml(title)}">
  <title>${escapeXml(title)}</title>
  <style>${style}</style>
${parts.join('\n')}
</svg>
`
}

function body(drawing: Drawing): string {
  const end = across(drawing.width)
  return [
    ...drawing.buses.map(({ x, y }) => line('bus', [across(x), middle(y)], [end, middle(y)])),
    ...drawing.drops.flatMap(({ x, fromY, toY }) => [
      line('drop', [centre(x), middle(fromY)], [centre(x), middle(toY)]),
      `<circle class="port" cx="${round(centre(x))}" cy="${round(middle(fromY))}" r="4"/>`,
    ]),
    ...drawing.boxes.flatMap(box),
    ...drawing.texts.map(text),
  ]
    .map((element) => `    ${element}`)
    .join('\n')
}

function box({ x, y, width, height, title, rules }: Box): string[] {
  const right = across(x + width)
  const top = middle(y)
  return [
    `<rect class="box" x="${round(across(x))}" y="${round(top)}" width="${round(width * cellWidth)}" height="${round((height - 1) * cellHeight)}" rx="6"/>`,
    ...rules.map((row) => line('rule', [across(x), middle(row)], [right, middle(row)])),
    text({ x: x + width - title.length - 1, y: y + 1, text: title, tone: 'faint' }),
  ]
}

function line(kind: string, from: readonly [number, number], to: readonly [number, number]): string {
  return `<line class="${kind}" x1="${round(from[0])}" y1="${round(from[1])}" x2="${round(to[0])}" y2="${round(to[1])}"/>`
}

function text({ x, y, text: content, tone }: TextItem): string {
  const indent = content.length - content.trimStart().length
  return `<text class="${tone}" x="${round(across(x + indent))}" y="${round((y + 0.72) * cellHeight)}">${escapeXml(content.trim())}</text>`
}

function across(x: number): number {
  return x * cellWidth
}

function centre(x: number): number {
  return (x + 0.5) * cellWidth
}

function middle(y: number): number {
  return (y + 0.5) * cellHeight
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10)
}

function escapeXml(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
