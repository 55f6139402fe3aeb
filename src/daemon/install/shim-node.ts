// SPDX-License-Identifier: Apache-2.0

// For the tests of install() and uninstall(): a node, and programs that crash at one of their steps.

import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { install } from './install.ts'
import type { BeforeStep } from './node-files.ts'
import { uninstall } from './uninstall.ts'

/** What a node has as its shim, and what comes after it. */
export const [first, second] = ['\u007FELF shim 1', '\u007FELF shim 2']
/** The configuration of a daemon. */
export const multusConf = JSON.stringify({ name: 'multus-cni-network', type: 'multus-shim' })

/** A node whose files are compared as text: one line each. */
export class Node {
  readonly root: string
  readonly binDir: string
  readonly confDir: string

  constructor(t: TestContext) {
    this.root = mkdtempSync(join(tmpdir(), 'plait-install-'))
    t.after(() => rmSync(this.root, { recursive: true }))
    this.binDir = join(this.root, 'bin')
    this.confDir = join(this.root, 'net.d')
    mkdirSync(this.binDir)
    mkdirSync(this.confDir)
    writeFileSync(join(this.confDir, '10-flannel.conflist'), '{}')
  }

  /** What is in both directories, but for what the installation keeps for itself. */
  get picture(): string[] {
    return [this.binDir, this.confDir].flatMap((directory) =>
      readdirSync(directory)
        .filter((name) => !name.startsWith('.plait'))
        .map((name) => `${name} ${describePath(join(directory, name))}`),
    )
  }

  /** The bytes that the runtime would execute. */
  get program(): string {
    return readFileSync(join(this.binDir, 'multus-shim'), 'utf8')
  }

  places(beforeStep?: BeforeStep) {
    const { binDir, confDir } = this
    return { binDir, confDir, confName: '00-multus.conf', ...(beforeStep ? { beforeStep } : {}) }
  }

  async install(shim: string, links: readonly string[] = [], beforeStep?: BeforeStep): Promise<string[]> {
    const file = join(this.root, 'shim')
    writeFileSync(file, shim)
    const reports = await install({ ...this.places(beforeStep), shim: file, links })
    return reports.map(({ did, path }) => `${did} ${path.slice(this.root.length + 1)}`)
  }

  async uninstall(beforeStep?: BeforeStep, force = false): Promise<string[]> {
    const [socketDir, spoolDir] = [join(this.root, 'run'), join(this.root, 'spool')]
    const reports = await uninstall({ ...this.places(beforeStep), socketDir, spoolDir, force })
    return reports.map(({ did, path }) => `${did} ${path.slice(this.root.length + 1)}`)
  }

  writeBin(name: string, text: string, mode = 0o755): void {
    writeFileSync(join(this.binDir, name), text)
    chmodSync(join(this.binDir, name), mode)
  }

  writeConf(name: string, text: string): void {
    writeFileSync(join(this.confDir, name), text)
  }
}

function describePath(path: string): string {
  if (lstatSync(path).isSymbolicLink()) return `-> ${readlinkSync(path)}`
  return `${(statSync(path).mode & 0o777).toString(8)} ${readFileSync(path, 'utf8')}`
}

/** Runs until the program ends before its n-th change of the disk; false when there is no such change. */
export async function crashesAt(
  step: number,
  run: (beforeStep: BeforeStep) => Promise<unknown>,
): Promise<boolean> {
  let left = step
  const crash = new Error('crash')
  try {
    await run(() => {
      if (left-- === 0) throw crash
    })
    return false
  } catch (error) {
    if (error === crash) return true
    throw error
  }
}
