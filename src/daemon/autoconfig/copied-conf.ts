// SPDX-License-Identifier: Apache-2.0

import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { PlaitError } from '../../base/index.ts'
import type { CopySettings } from './settings.ts'
import type { ConfSource } from './wanted-conf.ts'

/** A configuration that the administrator wrote (`multusConfigFile` is a path), byte for byte. */
export function copiedConf({ source }: CopySettings): ConfSource {
  return {
    directories: [dirname(source)],
    look: async () => ({ data: readSource(source) }),
  }
}

function readSource(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new PlaitError(
      'daemon/config-file-unreadable',
      `Cannot copy ${path} into the node's CNI configuration; put the file there or correct "multusConfigFile"`,
      { cause: error },
    )
  }
}
