// SPDX-License-Identifier: Apache-2.0

import { statSync } from 'node:fs'
import { describeError, errorIdOf, PlaitError } from '../../base/index.ts'
import {
  findNetworkInDirectory,
  firstConfigInDirectory,
  loadConfigFile,
  loadListFile,
} from '../../cni/index.ts'
import type { Delegate } from '../delegate/delegate.ts'
import { delegateFromListFile, loadDelegate } from '../delegate/load.ts'
import { textOf } from '../errors.ts'
import { loadDefinition } from './nad.ts'
import type { DefinitionContext } from './nad.ts'

/** What a selector is resolved against. */
export interface SelectorContext extends Omit<DefinitionContext, 'onMissing'> {
  /** Where definitions are looked for that a selector names (SEL-1). */
  readonly multusNamespace: string
}

/**
 * The network that `clusterNetwork` or an element of `defaultNetworks` names (spec §2.2): a path to a
 * file or directory when it contains `/`, else a definition or, failing that, a file in `confDir`.
 *
 * @throws PlaitError `multus/network-missing` with upstream's text (SEL-5) and, after it, why.
 */
export async function selectNetwork(selector: string, context: SelectorContext): Promise<Delegate> {
  if (selector.includes('/')) return loadPath(selector)
  // SEL-7, BUG-19: a miss is no event, because the file is the usual way for a default network.
  const onMissing = (): void => undefined
  try {
    const selection = { name: selector, namespace: context.multusNamespace }
    return await loadDefinition(selection, { ...context, onMissing })
  } catch (error) {
    return loadByName(selector, context.confDir, error)
  }
}

function loadByName(name: string, confDir: string, definitionError: unknown): Delegate {
  try {
    return loadDelegate(findNetworkInDirectory(confDir, name).network.bytes.toString())
  } catch (error) {
    throw missing(name, `${textOf(definitionError)}; ${describeError(error)}`, definitionError)
  }
}

function loadPath(path: string): Delegate {
  try {
    // SEL-2, SEL-8: of a directory only the file's own bytes count.
    if (isDirectory(path)) return loadDelegate(firstConfigInDirectory(path).network.bytes.toString())
    if (path.endsWith('.conflist')) return delegateFromListFile(loadListFile(path))
    return loadDelegate(loadConfigFile(path).bytes.toString())
  } catch (error) {
    throw missing(path, describeError(error))
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

function missing(selector: string, reason: string, cause?: unknown): PlaitError {
  // An API that does not answer is no missing network: the runtime shall try again.
  const id = cause === undefined ? undefined : errorIdOf(cause)
  const isOutage = id?.startsWith('kubernetes/') === true && id !== 'kubernetes/not-found'
  return new PlaitError(
    isOutage ? id : 'multus/network-missing',
    `getNetDelegate: cannot find network: ${selector}: ${reason}`,
  )
}
