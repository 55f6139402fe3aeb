// SPDX-License-Identifier: Apache-2.0

import { errorIdOf } from '../../base/index.ts'
import type { Namespace } from '../../linux/index.ts'

/** Writes a kernel setting if this kernel has it: where the setting is only a refinement. */
export function tryWriteSysctl(namespace: Namespace, name: string, value: string): void {
  try {
    namespace.writeSysctl(name, value)
  } catch (error) {
    if (errorIdOf(error) !== 'net/sysctl-refused') throw error
  }
}
