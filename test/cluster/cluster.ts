// SPDX-License-Identifier: Apache-2.0

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isJsonObject, parseJson, runCommand } from '../../src/base/index.ts'
import type { JsonObject, JsonValue } from '../../src/base/index.ts'
import { binaries, scripts } from '../containerd/built-kubernetes.ts'
import { dig } from '../netns/fixture.ts'
import { makeImages } from './images.ts'

// It hears from this process until this process ends, in whichever way; then it takes the cluster down.
const guardScript = 'cat >/dev/null; exec "$0" "$1" --purge'

/** A real Kubernetes with several nodes on this machine, in namespaces of its own. */
export class Cluster implements AsyncDisposable {
  /** The names of the nodes. */
  readonly nodes: readonly string[]
  readonly #state: string
  readonly #guard: ChildProcess

  private constructor(state: string, guard: ChildProcess, count: number) {
    this.#state = state
    this.#guard = guard
    this.nodes = Array.from({ length: count }, (_, index) => `n${index + 1}`)
  }

  /** A cluster whose nodes are Ready, with the images that the tests use. */
  static async start(count: number): Promise<Cluster> {
    const state = mkdtempSync(join(tmpdir(), 'kc-'))
    const guard = spawn('bash', ['-c', guardScript, join(scripts, 'down.sh'), state], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true, // a signal to the group of the tests does not reach it
    })
    await using parts = new AsyncDisposableStack()
    const cluster = parts.use(new Cluster(state, guard, count))
    const images = join(state, 'images')
    await makeImages(images)
    await runCommand([join(scripts, 'up.sh'), binaries, state, String(count)], {
      env: { ...process.env, IMAGES: images, NAME: `kc${randomBytes(3).toString('hex')}` },
      timeoutMs: 120_000,
    })
    parts.move()
    return cluster
  }

  /** What kubectl prints. @throws CommandError */
  async kubectl(words: readonly string[], input?: string): Promise<string> {
    const argv = [join(this.#state, 'kubectl'), ...words]
    const options = { timeoutMs: 180_000, maxOutputBytes: 64 << 20 }
    const { stdout } = await runCommand(argv, input === undefined ? options : { ...options, input })
    return stdout
  }

  /** Creates or changes objects. */
  async apply(manifest: string | JsonObject): Promise<void> {
    const text = typeof manifest === 'string' ? manifest : JSON.stringify(manifest)
    await this.kubectl(['apply', '--filename', '-'], text)
  }

  /** The objects that `kubectl get` finds. */
  async get(...words: readonly string[]): Promise<JsonObject[]> {
    const items = dig(parseJson(await this.kubectl(['get', ...words, '--output', 'json'])), 'items')
    return Array.isArray(items) ? items.filter(isJsonObject) : []
  }

  /** Runs one of the scripts beside the checkout that change a cluster. @throws CommandError */
  async runScript(name: string, variables: Readonly<Record<string, string>> = {}): Promise<void> {
    const env = { ...process.env, ...variables }
    await runCommand([join(scripts, name), binaries, this.#state], { env, timeoutMs: 180_000 })
  }

  /** What a program prints that runs in a pod, as JSON. */
  async execJson(pod: string, ...command: readonly string[]): Promise<JsonValue> {
    return parseJson(await this.kubectl(['exec', pod, '--', ...command]))
  }

  /** What a program prints that runs in the namespaces of a node. */
  async onNode(node: string, ...command: readonly string[]): Promise<string> {
    const argv = [join(this.#state, 'node'), node.slice(1), ...command]
    return (await runCommand(argv, { timeoutMs: 30_000 })).stdout
  }

  /** Ends all that the cluster has started, and removes its files. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#guard.exitCode !== null) return
    const ended = once(this.#guard, 'exit')
    this.#guard.stdin?.end()
    await ended
  }
}
