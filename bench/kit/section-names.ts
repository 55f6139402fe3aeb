// SPDX-License-Identifier: Apache-2.0

/** The parts of the benchmark, in their order. */
export const sectionNames = [
  'plugins',
  'pod',
  'plain',
  'burst',
  'external',
  'crowd',
  'shim',
  'start',
  'netlink',
] as const

/** A part of the benchmark. */
export type SectionName = (typeof sectionNames)[number]
