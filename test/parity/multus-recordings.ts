// SPDX-License-Identifier: Apache-2.0

// One recorded case of upstream on a fake node: its objects are in a cluster in memory, its plugins give what
// upstream's gave.

import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isJsonObject, parseJson } from '../../src/base/index.ts'
import type { JsonObject, JsonValue } from '../../src/base/index.ts'
import { CniError } from '../../src/cni/index.ts'
import type { PluginInvocation } from '../../src/cni/index.ts'
import { createFakeNode } from '../../src/multus/fakes/fake-node.ts'
import type { FakeNode } from '../../src/multus/fakes/fake-node.ts'

/** One call of a case, and what upstream made of it. */
export interface RecordedStep {
  readonly name: string
  readonly env: Readonly<Record<string, string>>
  readonly stdin: JsonValue
  readonly stdout: string
  readonly exit: number
  readonly annotation?: string
  readonly scratch?: readonly JsonObject[]
  readonly results?: Readonly<Record<string, JsonObject>>
  readonly events?: readonly string[]
}

/** A recorded case (test/fixtures/golden/README.md). */
export interface Recording {
  readonly about: string
  readonly objects: readonly JsonObject[]
  readonly files: Readonly<Record<string, JsonValue>>
  readonly steps: readonly RecordedStep[]
}

const folder = new URL('../fixtures/golden/', import.meta.url)

/** A case by its name. Our own data, so its shape is known. */
export function readRecording(name: string): Recording {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- data of this repository
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Recording
}

/** A node on which the case can be replayed. */
export interface Replay extends Disposable {
  readonly node: FakeNode
  /** Our standard output, or the error that we print. */
  readonly run: (step: RecordedStep) => Promise<{ readonly stdout: string } | { readonly error: CniError }>
  /** A text of ours with the node's directories in place of the test's. */
  readonly atHome: (text: string) => string
}

/** Makes such a node: files below a directory of the test, plugins that answer as recorded. */
export function replay(recording: Recording): Replay {
  const { objects, files, steps } = recording
  const node = createFakeNode(objects.length === 0 && !needsCluster(steps) ? { withoutCluster: true } : {})
  const moved = (text: string): string => text.replaceAll('/etc/cni/', `${node.directory}/etc/cni/`)
  for (const [path, content] of Object.entries(files)) {
    const file = moved(path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, typeof content === 'string' ? content : `${JSON.stringify(content, undefined, 2)}\n`)
  }
  putObjects(node, objects)
  const [first] = steps
  if (first) installPlugins(node, recording, first)
  return {
    node,
    atHome: (text) => text.replaceAll(`${node.directory}/etc/cni/`, '/etc/cni/'),
    run: async (step) => {
      const stdin = typeof step.stdin === 'string' ? step.stdin : moved(JSON.stringify(step.stdin))
      try {
        return { stdout: await node.multus.handle(step.env, Buffer.from(withDirectories(stdin, node))) }
      } catch (error) {
        assert.ok(error instanceof CniError, String(error))
        return { error }
      }
    },
    [Symbol.dispose]: () => node[Symbol.dispose](),
  }
}

function needsCluster(steps: readonly RecordedStep[]): boolean {
  return steps.some(({ stdin }) => isJsonObject(stdin) && stdin.kubeconfig !== undefined)
}

function withDirectories(stdin: string, { cniDir, directory }: FakeNode): string {
  if (!stdin.trim().endsWith('}')) return stdin
  const config = parseJson(stdin)
  assert.ok(isJsonObject(config))
  return JSON.stringify({ ...config, cniDir, confDir: join(directory, 'etc/cni/multus/net.d') })
}

function putObjects({ cluster }: FakeNode, objects: readonly JsonObject[]): void {
  for (const { kind, metadata, spec } of objects) {
    assert.ok(isJsonObject(metadata))
    const { namespace, name, uid, annotations } = metadata
    assert.ok(typeof namespace === 'string' && typeof name === 'string')
    if (kind === 'Pod') {
      assert.ok(typeof uid === 'string')
      const texts = Object.entries(isJsonObject(annotations) ? annotations : {})
      cluster.putPod({
        namespace,
        name,
        uid,
        annotations: Object.fromEntries(
          texts.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
        ),
      })
    } else {
      const config = isJsonObject(spec) && typeof spec.config === 'string' ? spec.config : ''
      cluster.putDefinition(`${namespace}/${name}`, config)
    }
  }
}

/** All plugins that the case knows; each gives the result that was recorded for its network and interface. */
function installPlugins(node: FakeNode, recording: Recording, step: RecordedStep): void {
  const [, failing] = /adding container to network \\"([^"]*)\\"/.exec(step.stdout) ?? []
  const answer = (call: PluginInvocation): JsonObject | undefined => {
    const { name } = call.config
    if (name === failing) throw new CniError(999, 'Link not found')
    return typeof name === 'string' ? recordedResult(step, name, call) : undefined
  }
  const types = JSON.stringify(recording).matchAll(/\\?"type\\?": ?\\?"([a-z-]+)\\?"/g)
  for (const [, type = ''] of types)
    if (type !== 'no-such-plugin') node.plugins.install(type, { ADD: answer })
}

// Where upstream moved the default route, its result files no longer say what the plugins said: the default network's
// answer is what was printed, and the others had no routes.
function recordedResult(
  { results, stdout, scratch }: RecordedStep,
  network: string,
  { containerId, ifName }: PluginInvocation,
): JsonObject | undefined {
  const file = results?.[`${network}-${containerId}-${ifName}`]
  const result = isJsonObject(file?.result) ? file.result : undefined
  const printed = parseJson(stdout === '' ? 'null' : stdout)
  if (result === undefined || scratch?.[0]?.IsFilterV4Gateway !== true || !isJsonObject(printed))
    return result
  const isMaster = JSON.stringify(printed.interfaces) === JSON.stringify(result.interfaces)
  const { routes: _routes, ...withoutRoutes } = result
  return isMaster ? printed : withoutRoutes
}
