// SPDX-License-Identifier: Apache-2.0

import { describeError, errorIdOf } from '../../base/index.ts'
import { cniErrorCode, CniError } from '../../cni/index.ts'
import { missingNetnsMount, Namespace } from '../../linux/index.ts'
import type { BeforeKernelCall } from '../../linux/index.ts'

/**
 * The namespace at a path that a runtime gave.
 *
 * @throws CniError 999 with Go's text, which tools match: `failed to open netns "p": …`.
 */
export function openContainer(path: string, options: { beforeCall?: BeforeKernelCall }): Namespace {
  try {
    return Namespace.open(path, options)
  } catch (error) {
    const id = errorIdOf(error)
    throw new CniError(
      cniErrorCode.internal,
      `failed to open netns ${JSON.stringify(path)}: ${describeError(error)}`,
      {
        cause: error,
        details: missingNetnsMount(path),
        ...(id !== undefined && { id }),
      },
    )
  }
}

/**
 * Whether opening failed because there is no namespace at the path any more. A plain file counts: it is what a named
 * namespace leaves behind when its mount is gone, after a reboot for example.
 */
export function isNamespaceGone(error: unknown): boolean {
  const id = errorIdOf(error)
  return id === 'net/namespace-missing' || id === 'net/not-a-namespace'
}
