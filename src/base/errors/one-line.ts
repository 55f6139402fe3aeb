// SPDX-License-Identifier: Apache-2.0

const breaks = /[\p{Cc}\u2028\u2029]+/u

/**
 * A text from anywhere as one line: line breaks, and the control characters that a terminal obeys, become one blank
 * together with the blanks around them.
 */
export function oneLine(text: string): string {
  // Not /\s*[breaks]+\s*/: on a run of blanks that takes the square of its length, and annotations of pods get here.
  const parts = text.split(breaks).map((part) => part.trim())
  return parts.filter((part) => part !== '').join(' ')
}
