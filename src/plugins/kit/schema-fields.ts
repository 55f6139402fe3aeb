// SPDX-License-Identifier: Apache-2.0

import {
  array,
  boolean,
  description,
  integer,
  maxValue,
  minValue,
  number,
  exactOptional,
  pipe,
  string,
} from 'valibot'

// What the kernel and Go's decoder take for lengths, metrics and tables.
const largest = 0xffff_ffff

/** A text that may be absent, with its line for the documentation. */
export const optionalText = (about: string) => exactOptional(pipe(string(), description(about)))

/** A list of texts that may be absent, with its line for the documentation. */
export const optionalTexts = (about: string) => exactOptional(pipe(array(string()), description(about)))

/** A switch that may be absent, with its line for the documentation. */
export const optionalSwitch = (about: string) => exactOptional(pipe(boolean(), description(about)))

/** A whole number from 0 to 2³²−1 that may be absent, with its line for the documentation. */
export const optionalCount = (about: string) =>
  exactOptional(pipe(number(), integer(), minValue(0), maxValue(largest), description(about)))
