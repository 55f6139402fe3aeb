// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from '../../../base/index.ts'
import type { NetworkSelection } from './selection.ts'

const kubernetesName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const forbiddenInInterfaceName = /[\s/]/
const maxInterfaceNameBytes = 15

/**
 * One item `[namespace/]name[@interface]` of the comma-delimited notation (spec §4.2).
 *
 * @throws PlaitError `multus/annotation-invalid` with upstream's text (ANN-4, ANN-5, ANN-6).
 */
export function parseShorthandItem(item: string, defaultNamespace: string): NetworkSelection {
  const slashed = item.trim().split('/')
  if (slashed.length > 2) throw invalid("Invalid network object (failed at '/')")
  const [namespace, rest] = slashed.length === 2 ? slashed : ['', slashed[0]]
  const [name = '', interfaceName = '', ...more] = (rest ?? '').split('@').map((part) => part.trim())
  if (more.length > 0) throw invalid("Invalid network object (failed at '@')")
  for (const part of [namespace?.trim() ?? '', name]) checkName(part)
  checkInterfaceName(interfaceName)
  return {
    name,
    namespace: namespace?.trim() || defaultNamespace,
    ...(interfaceName !== '' && { interfaceName }),
  }
}

// An empty name is left to the lookup of the definition (ANN-7).
function checkName(part: string): void {
  if (part === '' || kubernetesName.test(part)) return
  throw invalid(
    'Failed to parse: one or more items did not match comma-delimited format (must consist of lower case ' +
      `alphanumeric characters). Must start and end with an alphanumeric character), mismatch @ '${part}'`,
  )
}

function checkInterfaceName(name: string): void {
  if (Buffer.byteLength(name) <= maxInterfaceNameBytes && !forbiddenInInterfaceName.test(name)) return
  throw invalid(
    'Failed to parse interface name: must be less than 15 chars and not contain ' +
      `'/' or spaces. interface name '${name}'`,
  )
}

function invalid(problem: string): PlaitError {
  return new PlaitError('multus/annotation-invalid', `parsePodNetworkObjectName: ${problem}`)
}
