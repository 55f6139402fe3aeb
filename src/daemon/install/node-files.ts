// SPDX-License-Identifier: Apache-2.0

import { open, readFile, readlink, rename, rm, stat, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { lstatSync, mkdirSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { syncDirectory } from '../../base/index.ts'

/** What shall be at a path. */
export type Content = FileContent | { readonly link: string }

interface FileContent {
  readonly bytes: Uint8Array
  readonly mode: number
  /** Of a file that was there before; root and now when absent. */
  readonly origin?: Pick<Stats, 'uid' | 'gid' | 'atime' | 'mtime'>
}

/** Is called before each change of the disk, with what it is; tests end the program there. */
export type BeforeStep = (step: string) => void

/** Changes of a node's files that are whole or not at all, each of them safe against a crash right after it. */
export class NodeFiles {
  /** The directory beside the plugins where everything of the installation itself lies. */
  readonly workspace: string
  readonly #beforeStep: BeforeStep

  constructor(binDir: string, beforeStep: BeforeStep = () => undefined) {
    this.workspace = join(binDir, '.plait')
    this.#beforeStep = beforeStep
    mkdirSync(binDir, { mode: 0o755, recursive: true })
    mkdirSync(this.workspace, { mode: 0o700, recursive: true })
  }

  /**
   * Puts something at a path in one step: whoever runs or reads what was there before goes on with it, and "text
   * file busy" cannot happen, because the old file is never opened for writing.
   *
   * @param near a directory of the same file system, where it is made
   */
  async replace(path: string, content: Content, near = this.workspace): Promise<void> {
    const temporary = join(near, '.plait-new')
    this.#beforeStep(`make ${path}`)
    await rm(temporary, { force: true })
    if ('link' in content) await symlink(content.link, temporary)
    else await writeSynced(temporary, content)
    this.#beforeStep(`rename into ${path}`)
    await rename(temporary, path)
    await syncDirectory(dirname(path))
  }

  /** Copies what is at a path into the workspace. */
  async keep(path: string, name: string): Promise<void> {
    await this.replace(join(this.workspace, name), await readContent(path))
  }

  /** Puts what was kept back to its path. */
  async giveBack(name: string, path: string): Promise<void> {
    await this.replace(path, await readContent(join(this.workspace, name)), dirname(path))
  }

  /** Removes a file or a link; one that is not there is no error. */
  async remove(path: string): Promise<void> {
    this.#beforeStep(`remove ${path}`)
    await rm(path, { force: true })
    await syncDirectory(dirname(path))
  }

  /** Forgets everything that was kept; first what says so, for half of it could not be given back. */
  async removeWorkspace(manifest: string): Promise<void> {
    await this.remove(manifest)
    this.#beforeStep(`remove ${this.workspace}`)
    await rm(this.workspace, { force: true, recursive: true })
  }
}

async function readContent(path: string): Promise<Content> {
  if (lstatSync(path).isSymbolicLink()) return { link: await readlink(path) }
  const origin = await stat(path)
  return { bytes: await readFile(path), mode: origin.mode & 0o7777, origin }
}

async function writeSynced(path: string, { bytes, mode, origin }: FileContent): Promise<void> {
  await using file = await open(path, 'wx', mode)
  await file.writeFile(bytes)
  if (origin !== undefined) await file.chown(origin.uid, origin.gid)
  await file.chmod(mode)
  if (origin !== undefined) await file.utimes(origin.atime, origin.mtime)
  await file.sync()
}
