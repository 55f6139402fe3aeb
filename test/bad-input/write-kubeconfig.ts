// SPDX-License-Identifier: Apache-2.0

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatKubeconfig } from '../../src/lab/run/kubeconfig.ts'

interface Cleanup {
  after(step: () => void): void
}

/** The path of a kubeconfig for an API server without a token, there until the end of the test. */
export function writeKubeconfig(t: Cleanup, url: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'plait-kubeconfig-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'config')
  writeFileSync(path, formatKubeconfig({ url, token: undefined }))
  return path
}
