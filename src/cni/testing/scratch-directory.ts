// SPDX-License-Identifier: Apache-2.0

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'

/** A directory of a test's own, with files by their paths in it; it is gone after the test. */
export function scratchDirectory(t: TestContext, files: Readonly<Record<string, string>> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'plait-cni-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    writeFileSync(join(directory, name), text)
  }
  return directory
}

/** A directory with plugins that are shell scripts, by type. */
export function pluginDirectory(t: TestContext, scripts: Readonly<Record<string, string>>): string {
  const directory = scratchDirectory(t)
  for (const [type, script] of Object.entries(scripts)) {
    writeFileSync(join(directory, type), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  }
  return directory
}
