// SPDX-License-Identifier: Apache-2.0

// The real kubectl against an embedded API server: what it prints is the witness.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { CommandError, isJsonObject, parseJson, runCommand } from '../../src/base/index.ts'
import { EmbeddedApiServer } from '../../src/kubernetes/index.ts'
import type { EmbeddedApiServerOptions } from '../../src/kubernetes/index.ts'
import { isExecutable } from '../../src/lab/ground/is-executable.ts'
import { formatKubeconfig } from '../../src/lab/run/kubeconfig.ts'

// Older ones lack flags that the tests use; what they do have is tested in 060-releases.
const leastMinor = 30

/** Why the tests of kubectl cannot run here; undefined when they can. */
export const missingKubectl: string | undefined = whyNot()

function whyNot(): string | undefined {
  const program = findKubectl()
  if (program === undefined) return 'there is no kubectl in PATH'
  const minor = clientMinor(program)
  return minor >= leastMinor
    ? undefined
    : `kubectl in PATH is 1.${minor}, and the tests are for 1.${leastMinor} or newer`
}

function clientMinor(program: string): number {
  const text = execFileSync(program, ['version', '--client', '-o', 'json'], {
    encoding: 'utf8',
    timeout: 10_000,
  })
  const version = parseJson(text)
  const client = isJsonObject(version) ? version['clientVersion'] : undefined
  return isJsonObject(client) && typeof client['minor'] === 'string'
    ? Number.parseInt(client['minor'], 10)
    : 0
}

function findKubectl(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.map((folder) => join(folder, 'kubectl')).find(isExecutable)
}

/** All releases of kubectl that are installed: the one in PATH, and what lies beside it as `kubectl.1.NN`. */
export function installedKubectls(): readonly string[] {
  const main = findKubectl()
  if (main === undefined) return []
  const folder = dirname(realpathSync(main))
  const others = readdirSync(folder).filter((name) => /^kubectl\.\d+\.\d+$/.test(name))
  return [main, ...others.map((name) => join(folder, name))]
}

/** What a call of kubectl came to. */
export interface KubectlResult {
  readonly stdout: string
  readonly stderr: string
  /** Null when it had to be killed. */
  readonly code: number | null
}

/** A server and a kubectl that is configured for it. */
export interface KubectlBench extends AsyncDisposable {
  readonly server: EmbeddedApiServer
  /** Standard output of a call that must succeed. */
  readonly kubectl: (...args: readonly string[]) => Promise<string>
  /** The same with something on standard input, a manifest as a rule. */
  readonly kubectlWith: (input: unknown, ...args: readonly string[]) => Promise<string>
  /** Whatever comes of a call. */
  readonly tryKubectl: (args: readonly string[], options?: TryOptions) => Promise<KubectlResult>
}

/** Particulars of a call. */
export interface TryOptions {
  readonly input?: unknown
  readonly env?: Readonly<Record<string, string>>
}

/** Starts a server with the objects of a new cluster. @param program the kubectl to use instead of the one in PATH */
export async function startBench(
  options: EmbeddedApiServerOptions = {},
  program = 'kubectl',
): Promise<KubectlBench> {
  const server = await EmbeddedApiServer.start(options)
  const folder = mkdtempSync(join(tmpdir(), 'plait-kubectl-'))
  const kubeconfig = join(folder, 'kubeconfig')
  writeFileSync(kubeconfig, formatKubeconfig({ url: server.url, token: undefined }))
  const tryKubectl = async (
    args: readonly string[],
    { input, env = {} }: TryOptions = {},
  ): Promise<KubectlResult> => {
    const argv = [program, '--kubeconfig', kubeconfig, '--cache-dir', join(folder, 'cache'), ...args]
    const text = input === undefined ? '' : typeof input === 'string' ? input : JSON.stringify(input)
    try {
      const output = await runCommand(argv, {
        input: text,
        timeoutMs: 20_000,
        env: { ...process.env, ...env },
      })
      return { ...output, code: 0 }
    } catch (error) {
      if (!(error instanceof CommandError)) throw error
      return { stdout: '', stderr: error.stderr, code: error.exitCode }
    }
  }
  const kubectlWith = async (input: unknown, ...args: readonly string[]) => {
    const { stdout, stderr, code } = await tryKubectl(args, { input })
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')} ended with ${String(code)}: ${stderr}`)
    return stdout
  }
  return {
    server,
    tryKubectl,
    kubectlWith,
    kubectl: async (...args) => kubectlWith(undefined, ...args),
    [Symbol.asyncDispose]: async () => {
      await server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The cells of the lines of a table, headings first. */
export function cells(table: string): readonly (readonly string[])[] {
  return table
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().split(/\s{2,}/))
}
