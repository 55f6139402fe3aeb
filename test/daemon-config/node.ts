// SPDX-License-Identifier: Apache-2.0

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { isJsonObject, parseJson } from '../../src/base/index.ts'

interface Cleanup {
  after(step: () => void): void
}

/** The directories of a node that stay over a reboot. */
export interface NodeDirectories {
  readonly root: string
  readonly confDir: string
  /** The configuration that the daemon writes. */
  readonly conf: string
  /** Keys for the daemon's file that name these directories. */
  readonly settings: object
  readonly write: (name: string, content: object) => void
}

/** Empty directories for a node, removed after the test. */
export function makeDirectories(t: Cleanup): NodeDirectories {
  const root = mkdtempSync(join(tmpdir(), 'plait-node-'))
  t.after(() => rmSync(root, { recursive: true }))
  const [confDir, cniDir] = [join(root, 'net.d'), join(root, 'cache')]
  mkdirSync(confDir)
  return {
    root,
    confDir,
    conf: join(confDir, '00-multus.conf'),
    settings: { cniVersion: '1.0.0', cniConfigDir: confDir, multusAutoconfigDir: confDir, cniDir },
    write: (name, content) => writeFileSync(join(confDir, name), JSON.stringify(content)),
  }
}

/** A network of one bridge. */
export function network(name: string): object {
  return { cniVersion: '1.0.0', name, plugins: [{ type: 'bridge', bridge: name }] }
}

/** The name of the file that a configuration wraps; undefined while there is no configuration. */
export function wrappedBy(conf: string): string | undefined {
  if (!existsSync(conf)) return undefined
  const value = parseJson(readFileSync(conf))
  const path = isJsonObject(value) ? value['clusterNetwork'] : undefined
  return typeof path === 'string' ? path.split('/').at(-1) : undefined
}

/** What a daemon answers to a probe of its readiness. */
export async function probe(socketPath: string): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, path: '/readyz', timeout: 5000 }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject)
    })
    call.on('error', reject).end()
  })
}
