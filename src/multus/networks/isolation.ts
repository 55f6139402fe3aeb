// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from '../../base/index.ts'

/** The part of the configuration that says which namespaces a pod may take definitions from. */
export interface IsolationRules {
  readonly namespaceIsolation: boolean
  /** Namespaces whose definitions every pod may use (ISO-3). */
  readonly globalNamespaces: readonly string[]
}

/**
 * Refuses a definition of another namespace unless that namespace is open to all (ISO-1, ISO-2).
 *
 * @throws PlaitError `multus/namespace-isolation` with upstream's text (ISO-4).
 */
export function checkIsolation(rules: IsolationRules, podNamespace: string, targetNamespace: string): void {
  if (!rules.namespaceIsolation || targetNamespace === podNamespace) return
  if (rules.globalNamespaces.includes(targetNamespace)) return
  throw new PlaitError(
    'multus/namespace-isolation',
    'namespace isolation enabled, annotation violates permission, pod is in namespace ' +
      `${podNamespace} but refers to target namespace ${targetNamespace}`,
  )
}
