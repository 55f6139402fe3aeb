// SPDX-License-Identifier: Apache-2.0

import {
  array,
  boolean,
  description,
  integer,
  maxValue,
  minValue,
  number,
  optional,
  pipe,
  string,
} from 'valibot'

// What the kernel and Go's decoder take for lengths, metrics and tables.
const largest = 0xffff_ffff

/** A text that may be absent, with its line for the documentation. */
export const optionalText = (about: string) => optional(pipe(string(), description(about)))

/** A list of texts that may be absent, with its line for the documentation. */
export const optionalTexts = (about: string) => optional(pipe(array(string()), description(about)))

/** A switch that may be absent, with its line for the documentation. */
export const optionalSwitch = (about: string) => optional(pipe(boolean(), description(about)))

/** A whole number from 0 to 2³²−1 that may be absent, with its line for the documentation. */
export const optionalCount = (about: string) =>
  optional(pipe(number(), integer(), minValue(0), maxValue(largest), description(about)))
