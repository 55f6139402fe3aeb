// SPDX-License-Identifier: Apache-2.0

import { describeError, toError } from '../../base/index.ts'
import { CniError } from '../../cni/index.ts'
import { isExternalDelegate, planOrder } from './order.ts'
import type { IsExternal, OrderedAttachment } from './order.ts'

/** How a pod's attachments may be worked on. */
export interface OrderOptions {
  readonly isExternal: IsExternal
  /** Whether they may be under way at the same time; `false` is upstream's way. */
  readonly inParallel: boolean
}

/**
 * Does something for each attachment of a pod: side by side where programs are waited for and order does not matter
 * (see {@link planOrder}), else one after the other.
 *
 * @returns what came of each, in the order of the attachments.
 * @throws the failure of the first one in that order, the others in its details. Nothing is started any more once
 * one has failed, and nothing is under way when this throws: what runs is let end, so that it can be taken back.
 */
export async function inOrder<T extends OrderedAttachment, R>(
  attachments: readonly T[],
  run: (attachment: T) => Promise<R>,
  { isExternal, inParallel }: OrderOptions,
): Promise<readonly R[]> {
  const mayOverlap =
    inParallel &&
    attachments.length > 2 &&
    attachments.some(({ delegate }) => isExternalDelegate(delegate, isExternal))
  return mayOverlap
    ? sideBySide(attachments, run, planOrder(attachments, isExternal))
    : oneAfterTheOther(attachments, run)
}

async function oneAfterTheOther<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (const item of items) results.push(await run(item))
  return results
}

async function sideBySide<T, R>(
  items: readonly T[],
  run: (item: T) => Promise<R>,
  order: readonly (readonly number[])[],
): Promise<R[]> {
  const failures = new Set<Error>()
  const running: Promise<R>[] = []
  const start = async (item: T, before: readonly number[]): Promise<R> => {
    // One that waits for nobody starts at once: what it pushes to be undone lies in the order of the annotation.
    if (before.length > 0) await Promise.allSettled(running.filter((_, place) => before.includes(place)))
    const [first] = failures
    if (first !== undefined) throw first
    return run(item).catch((error: unknown) => {
      failures.add(toError(error))
      throw error
    })
  }
  for (const [index, item] of items.entries()) running.push(start(item, order[index] ?? []))
  const outcomes = await Promise.allSettled(running)
  const reasons = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [toError(outcome.reason)] : [],
  )
  if (reasons.length > 0) throw together([...new Set(reasons)])
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
}

function together([first, ...others]: readonly Error[]): Error | undefined {
  if (!(first instanceof CniError) || others.length === 0) return first
  const { code, msg, details, id } = first
  const also = `failed as well: ${others.map(describeError).join(' / ')}`
  return new CniError(code, msg, { details: details ? `${details}; ${also}` : also, cause: first, id })
}
