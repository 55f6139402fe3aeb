// SPDX-License-Identifier: Apache-2.0

/** A folder of `src/` and the rooms whose doors it may import (design: arrows point downwards only). */
export const rooms = {
  base: [],
  linux: ['base'],
  cni: ['base'],
  kubernetes: ['base'],
  plugins: ['cni', 'linux', 'base'],
  multus: ['plugins', 'cni', 'linux', 'kubernetes', 'base'],
  daemon: ['multus', 'plugins', 'cni', 'linux', 'kubernetes', 'base'],
  lab: ['daemon', 'multus', 'plugins', 'cni', 'linux', 'kubernetes', 'base'],
  cli: ['lab', 'daemon', 'multus', 'plugins', 'cni', 'linux', 'kubernetes', 'base'],
} as const satisfies Record<string, readonly string[]>

/** The name of one room. */
export type Room = keyof typeof rooms

/** Tells whether `name` is a room. */
export function isRoom(name: string): name is Room {
  return Object.hasOwn(rooms, name)
}
