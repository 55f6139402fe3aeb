// SPDX-License-Identifier: Apache-2.0

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { dirname, join } from 'node:path'
import { DaemonProcess } from './daemon-process.ts'
import { jobsOf, makeNodeDirectory } from './multus-node.ts'
import type { MultusNode } from './multus-node.ts'
import { fakeApiServer, peer } from './peers.ts'
import { definitions, nodeName, podObject } from './pods.ts'

const port = 6443
const token = 'bench'
// Where client-go looks inside a pod; /var/run is a link to /run.
const account = '/run/secrets/kubernetes.io/serviceaccount'

/** Upstream's thick Multus with the API server that its behaviour was recorded with; a text when it cannot be had. */
export async function startUpstreamNode(): Promise<MultusNode | string> {
  const [daemon, shim, script] = [peer('multus-daemon'), peer('multus-shim'), fakeApiServer()]
  if (daemon === undefined || shim === undefined)
    return 'Upstream Multus is not built: run tools/build-peers.sh, set PLAIT_PEERS.'
  if (script === undefined) return 'Upstream needs an API server with TLS and protobuf: set PLAIT_RECORDINGS.'
  const directory = makeNodeDirectory('upstream')
  const { path, socketDir, socketPath } = directory
  const admin = await startApiServer(script, path)
  const configFile = join(path, 'daemon-config.json')
  writeFileSync(configFile, JSON.stringify(daemonConfig(path, socketDir)))
  const env = {
    PATH: process.env.PATH ?? '',
    KUBERNETES_SERVICE_HOST: '127.0.0.1',
    KUBERNETES_SERVICE_PORT: String(port),
    MULTUS_NODE_NAME: nodeName,
    CNI_PATH: dirname(daemon),
  }
  return {
    name: 'upstream',
    startDaemon: () =>
      DaemonProcess.start({
        command: [daemon, '-config', configFile],
        env,
        socketPath,
        logFile: join(path, 'log'),
      }),
    setPods: async (names) => {
      const uids = new Map(names.map((name) => [name, `uid-${name}`]))
      const objects = [...uids].map(([name, uid]) => podObject(name, uid))
      await put(admin.socket, [...definitions('upstream'), ...objects])
      return uids
    },
    job: jobsOf(directory, shim, dirname(daemon)),
    [Symbol.asyncDispose]: () => admin.stop(),
  }
}

function daemonConfig(path: string, socketDir: string): object {
  return {
    chrootDir: '',
    cniVersion: '1.0.0',
    logLevel: 'error',
    logToStderr: false,
    cniConfigDir: join(path, 'net.d'),
    multusConfigFile: 'auto',
    multusAutoconfigDir: join(path, 'net.d'),
    socketDir,
  }
}

async function startApiServer(script: string, directory: string) {
  mkdirSync(account, { recursive: true })
  const [certificate, key, socket] = ['crt', 'key', 'sock'].map((end) => join(directory, `api.${end}`))
  const name = ['-subj', '/CN=bench', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2']
  const files = ['-nodes', '-keyout', key ?? '', '-out', certificate ?? '']
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
  execFileSync('openssl', ['req', '-x509', ...curve, ...name, ...files], { stdio: 'ignore' })
  copyFileSync(certificate ?? '', join(account, 'ca.crt'))
  writeFileSync(join(account, 'token'), token)
  writeFileSync(join(account, 'namespace'), 'kube-system')
  const words = ['--port', String(port), '--admin', socket ?? '', '--token', token]
  const secrets = ['--tls-cert', certificate ?? '', '--tls-key', key ?? '']
  const child = spawn(process.execPath, [script, ...words, ...secrets], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return {
    socket: socket ?? '',
    stop: async () => {
      const ended = once(child, 'exit')
      child.kill()
      await ended
      rmSync(socket ?? '', { force: true })
    },
  }
}

/** Replaces everything that the API server holds. */
async function put(socketPath: string, objects: readonly object[]): Promise<void> {
  const sent = request({ socketPath, path: '/objects', method: 'PUT' })
  sent.end(JSON.stringify(objects))
  const [response] = await once(sent, 'response')
  response.resume()
  if (response.statusCode !== 200)
    throw new Error(`Cannot set the objects of the API server: ${response.statusCode}`)
}
