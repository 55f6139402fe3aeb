// SPDX-License-Identifier: Apache-2.0

import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { isJsonObject, parseJson, runCommand } from '../../src/base/index.ts'
import type { JsonValue } from '../../src/base/index.ts'
import { nodePath, scripts } from '../containerd/built-kubernetes.ts'
import { dig } from '../netns/fixture.ts'
import { root } from '../shim/build-shim.ts'

/** Where the checkout is in the image. */
const home = '/opt/plait'

/**
 * Makes `localhost/plait:1`: this Node, the sources as they are, the packages that they need to run, and the shim. Code
 * that is compiled already is in it, because compiling takes seconds under the CPU limit of the daemon.
 */
export async function makePlaitImage(directory: string): Promise<void> {
  const tree = mkdtempSync(join(tmpdir(), 'plait-image-'))
  try {
    for (const path of ['bin', 'src', 'package.json', 'build/multus-shim', ...packagesToRun()]) {
      mkdirSync(dirname(join(tree, path)), { recursive: true })
      cpSync(join(root, path), join(tree, path), { recursive: true })
    }
    await compile(tree)
    // The daemon's readiness is asked for on its socket.
    const socat = (await runIn(['sh', '-c', 'readlink -f "$(command -v socat)"'])).trim()
    const node = `${process.execPath}:${home}/node_modules/.bin/node`
    const files = [`${tree}:${home}`, node, `${socat}:/usr/bin/socat`]
    await runIn([
      join(scripts, 'images.sh'),
      'program',
      directory,
      'plait',
      ...files,
      '--',
      `${home}/bin/plait`,
    ])
  } finally {
    rmSync(tree, { recursive: true })
  }
}

// Node knows compiled code by the path of its source, so the tree has to be where it is in the image.
const compiling = `mount -t tmpfs opt /opt && mkdir "$2" && mount --bind "$1" "$2"
mount -t tmpfs run /run && mount -t tmpfs state /var/lib
mkdir "$2/node_modules/.bin" && ln -s "$3" "$2/node_modules/.bin/node"
echo '{"kubeconfig": "/run/kubeconfig"}' > /run/daemon-config.json
echo '{"clusters":[{"name":"c","cluster":{"server":"https://127.0.0.1:1"}}],"contexts":[{"name":"c","context":{"cluster":"c"}}],"current-context":"c"}' > /run/kubeconfig
"$2/bin/plait" daemon -config /run/daemon-config.json & daemon=$!
while [ ! -S /run/multus/multus.sock ]; do kill -0 $daemon; sleep 0.1; done
kill $daemon && wait $daemon && rm "$2/node_modules/.bin/node"`

/** Starts and stops a daemon of the tree, in namespaces of its own, so that Node keeps what it has compiled. */
async function compile(tree: string): Promise<void> {
  await runIn(['unshare', '--mount', '--net', 'sh', '-ec', compiling, 'sh', tree, home, process.execPath])
}

async function runIn(argv: readonly string[]): Promise<string> {
  const env = { ...process.env, PATH: nodePath.join(':'), NODE_COMPILE_CACHE: undefined }
  return (await runCommand(argv, { env, timeoutMs: 120_000 })).stdout
}

/** The folders of the packages that package.json asks for, with all that these ask for in turn. */
function packagesToRun(): string[] {
  const lock = dig(parseJson(readFileSync(join(root, 'package-lock.json'), 'utf8')), 'packages')
  const found = new Set<string>()
  const visit = (names: readonly string[]): void => {
    for (const path of names.map((name) => `node_modules/${name}`)) {
      // Those for other machines are not installed.
      if (found.has(path) || !existsSync(join(root, path))) continue
      found.add(path)
      visit([...keysOf(dig(lock, path, 'dependencies')), ...keysOf(dig(lock, path, 'optionalDependencies'))])
    }
  }
  visit(keysOf(dig(lock, '', 'dependencies')))
  return [...found]
}

function keysOf(value: JsonValue | undefined): string[] {
  return isJsonObject(value) ? Object.keys(value) : []
}
