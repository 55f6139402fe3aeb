// SPDX-License-Identifier: Apache-2.0

/** How a piece of text is meant, for whoever chooses the colours. */
export type Tone = 'title' | 'plain' | 'faint' | 'good' | 'bad'

/** A line of text in a picture, at a cell. */
export interface TextItem {
  readonly x: number
  readonly y: number
  readonly text: string
  readonly tone: Tone
}

/** A network: a horizontal line over the whole width, from column `x` on. */
export interface Bus {
  readonly x: number
  readonly y: number
}

/** The line from a network down to a port in the upper edge of a node's box. */
export interface Drop {
  readonly x: number
  readonly fromY: number
  readonly toY: number
}

/** A node: a frame of `width` by `height` cells, edges included, with horizontal rules inside. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly title: string
  /** Rows of rules across the box. */
  readonly rules: readonly number[]
}

/** A picture of a topology in character cells, ready for any renderer. */
export interface Drawing {
  readonly width: number
  readonly height: number
  readonly buses: readonly Bus[]
  readonly drops: readonly Drop[]
  readonly boxes: readonly Box[]
  readonly texts: readonly TextItem[]
}

/** What a picture is made from. */
export interface DrawingInput {
  readonly networks: readonly {
    readonly name: string
    readonly label: string
    readonly notes: readonly string[]
  }[]
  readonly nodes: readonly DrawingNode[]
}

/** A node with its ports and pods. */
export interface DrawingNode {
  readonly name: string
  readonly nics: readonly { readonly name: string; readonly network: string }[]
  readonly notes: readonly string[]
  readonly pods: readonly DrawingPod[]
}

/** A pod with one line per interface. */
export interface DrawingPod {
  readonly name: string
  readonly tone: Tone
  readonly lines: readonly { readonly text: string; readonly tone: Tone }[]
}
