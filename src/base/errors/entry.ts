// SPDX-License-Identifier: Apache-2.0

/** What is known about one failure that a person can meet: why it happens and what to do about it. */
interface ErrorEntry {
  /** One line: the usual cause. */
  readonly cause: string
  /** One line, imperative: what to look at or change. */
  readonly remedy: string
}

/**
 * The entries of one room, by id. An id is `room/kebab-case`; it is never renamed and never used
 * again for something else, because events, logs, metrics and the documentation all speak of it.
 */
export type ErrorEntries = Readonly<Record<`${string}/${string}`, ErrorEntry>>
