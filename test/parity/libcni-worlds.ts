// SPDX-License-Identifier: Apache-2.0

// Two ways to run the operations of libcni on the same configuration directory and the same plugins, each with a result
// cache of its own: upstream's cnitool, and our functions called as cnitool calls its library.

import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { describeError, isJsonObject, parseJson } from '../../src/base/index.ts'
import type { JsonValue } from '../../src/base/index.ts'
import {
  addNetworkList,
  checkNetworkList,
  createExec,
  delNetworkList,
  formatResult,
  gcNetworkList,
  loadNetwork,
  parseCniArgs,
  statusNetworkList,
} from '../../src/cni/index.ts'
import type { Libcni, NetworkConfigList, RuntimeConf } from '../../src/cni/index.ts'
import { peerDirectory, runProgram, withoutPeers } from './libcni-peers.ts'

const cnitool = join(peerDirectory('cnitool') ?? '', 'cnitool')

/** One call of the recording plugin. */
export interface RecordedCall {
  readonly variables: Readonly<Record<string, string>>
  readonly stdin: JsonValue
}

/** What an operation printed or how it failed, and what the plugins were asked. */
export interface Outcome {
  readonly stdout: string
  readonly error: string
  readonly calls: readonly RecordedCall[]
  /** The files of the result cache by name, with their content. */
  readonly cache: Readonly<Record<string, string>>
}

/** The verbs of cnitool. */
export type Verb = 'add' | 'check' | 'del' | 'gc' | 'status'

/** One of the two ways. */
export interface World {
  readonly cacheDir: string
  run(verb: Verb): Promise<Outcome>
}

/** A test's own directory: `files` are the configurations, plugins record their calls. */
export interface Ground {
  readonly directory: string
  readonly env: Readonly<Record<string, string>>
}

const network = 'net'
const netns = '/nowhere/pod1'
const capabilityArgs = {
  portMappings: [{ hostPort: 8080, containerPort: 80 }],
  mac: '00:11:22:33:44:55',
  a: { z: 1, b: 2 },
}
const args = 'IgnoreUnknown=1;K8S_POD_NAME=<web>'

// `rec` answers ADD with what it got as prevResult, or with a first result of the version that it is asked for.
const recorder = `input=$(cat)
number=$(ls "$RECORD" | wc -l)
{ env | grep '^CNI_' | sort; echo; echo "$input"; } > "$RECORD/$number"
case $CNI_COMMAND in
VERSION) echo '{"cniVersion":"1.1.0","supportedVersions":["1.1.0"]}' ;;
ADD) cat "$(dirname "$0")/answer" ;;
esac`

const failing = `cat > /dev/null
echo '{"code": 111, "msg": "it <broke>", "details": "for '"$CNI_COMMAND"'"}'
exit 1`

/** The reason why the worlds cannot be compared here; false when they can. */
export function withoutWorlds(): string | false {
  const missing = withoutPeers('cnitool')
  if (missing !== false) return missing
  return runProgram(inMounts('true'), { env: {} }).status !== 0 && 'mount namespaces are not permitted here'
}

// cnitool knows no other cache than /var/lib/cni, so it gets one of its own there.
function inMounts(command: string): string[] {
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
  const path = process.env['PATH'] ?? ''
  const script = `PATH=$1; mount -t tmpfs none /var/lib && mkdir /var/lib/cni && ${command}`
  return ['/usr/bin/env', 'PATH=' + path, 'unshare', ...user, '--mount', 'sh', '-c', script, 'sh', path]
}

/** Lays out configurations and plugins; `answer` is what plugins print for ADD. */
export function prepareGround(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  answer: string,
): Ground {
  const directory = mkdtempSync(join(tmpdir(), 'plait-worlds-'))
  t.after(() => rmSync(directory, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, 'net.d', name)), { recursive: true })
    writeFileSync(join(directory, 'net.d', name), text)
  }
  mkdirSync(join(directory, 'bin'))
  for (const [type, script] of [
    ['rec', recorder],
    ['rec2', recorder],
    ['fails', failing],
  ] as const) {
    writeFileSync(join(directory, 'bin', type), `#!/bin/sh\n${script}\n`)
    chmodSync(join(directory, 'bin', type), 0o755)
  }
  writeFileSync(join(directory, 'bin/answer'), answer)
  return { directory, env: { PATH: process.env['PATH'] ?? '', RECORD: join(directory, 'record') } }
}

/** Upstream's way; `cacheDir` can be shared with the other world. */
export function upstreamWorld(
  { directory, env }: Ground,
  cacheDir = join(directory, 'cache-upstream'),
): World {
  mkdirSync(cacheDir, { recursive: true })
  const variables = {
    ...env,
    CNI_PATH: join(directory, 'bin'),
    NETCONFPATH: join(directory, 'net.d'),
    CNI_ARGS: args,
    CAP_ARGS: JSON.stringify(capabilityArgs),
  }
  return {
    cacheDir,
    run: async (verb) =>
      record(env, cacheDir, async () => {
        const command = inMounts(
          `mount --bind "${cacheDir}" /var/lib/cni && exec "${cnitool}" ${verb} ${network} ${netns}`,
        )
        const { status, stdout, stderr } = runProgram(command, { env: variables })
        return { stdout, error: status === 0 ? '' : lastLine(stderr) }
      }),
  }
}

// Before the error itself cnitool prints it once more, and how it is used.
function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}

/** Our way, with what cnitool gives its library. */
export function ourWorld({ directory, env }: Ground, cacheDir = join(directory, 'cache-ours')): World {
  const path = [join(directory, 'bin')]
  const libcni: Libcni = { invoke: createExec({ onStderr: () => undefined }), cacheDir, path, env }
  const id = createHash('sha512').update(netns).digest('hex').slice(0, 20)
  const runtime = {
    containerId: `cnitool-${id}`,
    netns,
    ifName: 'eth0',
    args: parseCniArgs(args),
    capabilityArgs,
  }
  return {
    cacheDir,
    run: async (verb) =>
      record(env, cacheDir, async () => {
        try {
          const list = loadNetwork(join(directory, 'net.d'), network)
          return { stdout: await operate(verb, libcni, list, runtime), error: '' }
        } catch (error) {
          return { stdout: '', error: describeError(error) }
        }
      }),
  }
}

async function operate(
  verb: Verb,
  libcni: Libcni,
  list: NetworkConfigList,
  runtime: RuntimeConf,
): Promise<string> {
  switch (verb) {
    case 'add':
      return formatResult(await addNetworkList(libcni, list, runtime), list.cniVersion)
    case 'check':
      await checkNetworkList(libcni, list, runtime)
      return ''
    case 'del':
      await delNetworkList(libcni, list, runtime)
      return ''
    case 'gc':
      await gcNetworkList(libcni, list)
      return ''
    case 'status':
      await statusNetworkList(libcni, list)
      return ''
  }
}

async function record(
  env: Readonly<Record<string, string>>,
  cacheDir: string,
  run: () => Promise<{ stdout: string; error: string }>,
): Promise<Outcome> {
  const directory = env['RECORD'] ?? ''
  mkdirSync(directory)
  try {
    const end = await run()
    return { ...end, calls: readCalls(directory), cache: readCache(cacheDir) }
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function readCalls(directory: string): RecordedCall[] {
  const names = readdirSync(directory).sort((a, b) => Number(a) - Number(b))
  return names.map((name) => {
    const [variables = '', stdin = ''] = readFileSync(join(directory, name), 'utf8').split('\n\n')
    const pairs = variables.split('\n').map((line): [string, string] => {
      const at = line.indexOf('=')
      return [line.slice(0, at), line.slice(at + 1)]
    })
    return { variables: Object.fromEntries(pairs), stdin: parseJson(stdin) }
  })
}

function readCache(cacheDir: string): Record<string, string> {
  const directory = join(cacheDir, 'results')
  const names = existsSync(directory) ? readdirSync(directory).sort() : []
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(directory, name), 'utf8')]))
}

/** The `prevResult` that a recorded call had; undefined when it had none. */
export function prevResultOf({ stdin }: RecordedCall): JsonValue | undefined {
  return isJsonObject(stdin) ? stdin['prevResult'] : undefined
}
