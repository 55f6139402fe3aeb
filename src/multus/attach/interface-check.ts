// SPDX-License-Identifier: Apache-2.0

import { describeError, errorIdOf, PlaitError } from '../../base/index.ts'
import { CniError, cniErrorCode, goQuote } from '../../cni/index.ts'
import { missingNetnsMount } from '../../linux/index.ts'
import { typeOf } from '../delegate/delegate.ts'
import type { Delegate } from '../delegate/delegate.ts'
import type { PodNamespace } from '../kernel.ts'

/**
 * Checks that an interface name is free in the pod (IF-2).
 *
 * @throws PlaitError `multus/interface-name-taken` with upstream's text.
 */
export function checkInterfaceFree(delegate: Delegate, name: string, namespace: PodNamespace): void {
  if (namespace.links.get(name) === undefined) return
  throw interfaceTaken(delegate, name)
}

/** The error for an interface name that is taken; `by` says by what, when that is known. */
export function interfaceTaken(delegate: Delegate, name: string, by = ''): PlaitError {
  return new PlaitError(
    'multus/interface-name-taken',
    interfaceProblem(delegate, name, `interface name ${name} already exists${by}`),
  )
}

/**
 * The error for a network namespace that cannot be opened: upstream finds it out with the first delegate.
 */
export function namespaceUnreachable(
  delegate: Delegate,
  interfaceName: string,
  { netns, error }: { readonly netns: string; readonly error: unknown },
): PlaitError | CniError {
  const id = errorIdOf(error) ?? 'net/namespace-missing'
  if (error instanceof CniError) return error
  const problem = `no net namespace ${netns} found: ${describeError(error)}`
  const text = interfaceProblem(delegate, interfaceName, problem)
  const details = missingNetnsMount(netns)
  if (details !== undefined) return new CniError(cniErrorCode.internal, text, { details, id, cause: error })
  return new PlaitError(id, text, { cause: error })
}

function interfaceProblem(delegate: Delegate, name: string, problem: string): string {
  const type = goQuote(typeOf(delegate))
  return `DelegateAdd: cannot set ${type} interface name to ${goQuote(name)}: validateIfName: ${problem}`
}
