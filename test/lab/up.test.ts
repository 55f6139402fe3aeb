// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import * as v from 'valibot'
import { isJsonObject, parseJson, waitFor } from '../../src/base/index.ts'
import { expectNothingLeft, readMachine, readProcesses } from './machine.ts'
import { reasonToSkip, reasonToSkipKubectl, reasonToSkipUser, Session } from './run-plait.ts'

const ordinaryUser = 65534
const pod = 'jsonpath={.items[0].metadata.name}'

describe('a lab that is up', { skip: reasonToSkipKubectl(), timeout: 300_000 }, () => {
  const session = new Session()
  const untouched = readMachine()

  before(async () => {
    const { code, stderr } = await session.run(['lab', 'up'])
    assert.equal(code, 0, stderr)
  })
  after(async () => {
    const { code, stderr } = await session.run(['lab', 'down'])
    assert.equal(code, 0, stderr)
    await expectNothingLeft(session, untouched)
    session[Symbol.dispose]()
  })

  const kubectl = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await session.kubectl(...args)
    assert.equal(code, 0, stderr)
    return stdout
  }

  it('shows its nodes, pods and networks to kubectl', async () => {
    assert.match(await kubectl('get', 'nodes'), /n1 +Ready.*\nn2 +Ready.*\nn3 +Ready/)
    assert.match(
      await kubectl('get', 'pods', '-o', 'wide'),
      /busybox-\S+ +1\/1 +Running .* 10\.233\.1\.\d+ +n1/,
    )
    assert.match(await kubectl('get', 'net-attach-def'), /macvlan-external[^]*macvlan-internal/)
  })

  it('has the interfaces in the pod that the guide shows, seen by the pod itself', async () => {
    const name = await kubectl('get', 'pods', '-o', pod)
    const { code, stdout } = await session.run(['lab', 'exec', name, '--', 'ip', '-4', '-o', 'addr'])
    assert.equal(code, 0)
    assert.match(stdout, /eth0 +inet 10\.233\.1\.\d+\/24/)
    assert.match(stdout, /net1 +inet 10\.1\.10\.2\d\d\/24/)
    assert.match(stdout, /net2 +inet 10\.1\.20\.2\d\d\/24/)
  })

  it('lets the pod reach both routers', async () => {
    const name = await kubectl('get', 'pods', '-o', pod)
    for (const router of ['10.1.10.1', '10.1.20.1']) {
      const { code, stdout } = await session.run([
        'lab',
        'exec',
        name,
        '--',
        'ping',
        '-c',
        '1',
        '-W',
        '3',
        router,
      ])
      assert.equal(code, 0, stdout)
    }
  })

  it("gives back a command's exit code", async () => {
    const name = await kubectl('get', 'pods', '-o', pod)
    const { code } = await session.run(['lab', 'exec', name, '--', 'sh', '-c', 'exit 7'])
    assert.equal(code, 7)
  })

  it('names the pods that there are when one is not known', async () => {
    const { code, stderr } = await session.run(['lab', 'exec', 'no-such', '--', 'true'])
    assert.equal(code, 2)
    assert.match(stderr, /Cannot find a running pod no-such: there is busybox-/)
  })

  it('takes manifests, shows logs, and removes pods for good', async () => {
    const file = join(session.directory, 'talker.yaml')
    const container = '{ name: a, image: any, command: [sh, -c, "echo one; echo two; sleep 1000"] }'
    writeFileSync(
      file,
      `apiVersion: v1\nkind: Pod\nmetadata: { name: talker }\nspec: { containers: [${container}] }\n`,
    )
    await kubectl('apply', '-f', file)
    await kubectl('wait', '--for=condition=Ready', 'pod/talker', '--timeout=20s')
    await waitFor(async () => (await kubectl('logs', 'talker')) === 'one\ntwo\n', {
      timeoutMs: 5000,
      what: 'the log',
    })
    assert.match(await kubectl('describe', 'pod', 'talker'), /AddedInterface .*multus +Add eth0 \[10\.233\./)
    await kubectl('delete', 'pod', 'talker', '--timeout=20s')
    assert.equal((await session.kubectl('get', 'pod', 'talker')).code, 1)
  })

  it('lets kubectl exec run commands, with input, output and exit code, as the guides do', async () => {
    const name = await kubectl('get', 'pods', '-o', pod)
    assert.match(await kubectl('exec', name, '--', 'ip', 'a'), /net1@\S+: [^]*inet 10\.1\.10\.2\d\d\/24/)
    assert.match(await kubectl('exec', name, '--', 'ping', '-c', '1', '10.1.20.1'), /1 packets received/)
    assert.equal((await session.kubectl('exec', name, '--', 'sh', '-c', 'exit 7')).code, 7)
    const { code, stderr } = await session.kubectl('attach', name)
    assert.equal(code, 1)
    assert.match(stderr, /the lab does not offer attach/)
  })

  it('tries again until a pod can be attached, and tells why it cannot meanwhile', async () => {
    const file = join(session.directory, 'early.yaml')
    const metadata = '{ name: early, annotations: { k8s.v1.cni.cncf.io/networks: late } }'
    const spec = '{ containers: [{ name: a, image: any, command: [sleep, "1000"] }] }'
    writeFileSync(file, `apiVersion: v1\nkind: Pod\nmetadata: ${metadata}\nspec: ${spec}\n`)
    await kubectl('apply', '-f', file)
    const events = ['get', 'events', '--field-selector', 'involvedObject.name=early']
    await waitFor(async () => (await kubectl(...events)).includes('FailedCreatePodSandBox'), {
      timeoutMs: 10_000,
      what: 'the event',
    })
    assert.match(
      await kubectl(...events),
      /NoNetworkFound .*cannot find a network-attachment-definition \(late\)/,
    )
    const network = join(session.directory, 'late.yaml')
    const config =
      '\'{"cniVersion":"0.3.1","type":"macvlan","master":"ens6","ipam":{"type":"static","addresses":[{"address":"10.1.10.9/24"}]}}\''
    writeFileSync(
      network,
      `apiVersion: k8s.cni.cncf.io/v1\nkind: NetworkAttachmentDefinition\nmetadata: { name: late }\nspec: { config: ${config} }\n`,
    )
    await kubectl('apply', '-f', network)
    await kubectl('wait', '--for=condition=Ready', 'pod/early', '--timeout=30s')
    const { stdout } = await session.run([
      'lab',
      'exec',
      'early',
      '--',
      'ip',
      '-4',
      '-o',
      'addr',
      'show',
      'net1',
    ])
    assert.match(stdout, /inet 10\.1\.10\.9\/24/)
    await kubectl('delete', 'pod', 'early', '--timeout=20s')
  })

  it('follows kubectl scale, up and down to nothing', async () => {
    await kubectl('scale', 'deployment', 'busybox', '--replicas=4')
    await kubectl('rollout', 'status', 'deployment', 'busybox', '--timeout=30s')
    assert.equal((await kubectl('get', 'pods', '-o', 'name')).trim().split('\n').length, 4)
    await kubectl('scale', 'deployment', 'busybox', '--replicas=0')
    await kubectl('wait', '--for=delete', 'pod', '-l', 'app=busybox', '--timeout=30s')
    await kubectl('scale', 'deployment', 'busybox', '--replicas=1')
    await kubectl('rollout', 'status', 'deployment', 'busybox', '--timeout=30s')
  })

  it('shows its state', async () => {
    const text = await session.run(['lab', 'status'])
    assert.equal(text.code, 0, text.stderr)
    assert.match(text.stdout, /two-macvlan, up since .*KUBECONFIG=/)
    const { stdout } = await session.run(['lab', 'status', '--output', 'json'])
    const state = parseJson(stdout)
    assert.ok(isJsonObject(state) && state['scenario'] === 'two-macvlan')
  })

  it('can be only one', async () => {
    for (const args of [
      ['lab', 'up'],
      ['lab', 'run', '--keep'],
    ]) {
      const { code, stderr } = await session.run(args)
      assert.equal(code, 2)
      assert.match(stderr, /two-macvlan is up since .*; end it with: plait lab down/)
    }
  })

  it('is open to nobody who does not have its kubeconfig', async () => {
    const file = readFileSync(session.kubeconfig, 'utf8')
    assert.equal(statSync(session.kubeconfig).mode & 0o077, 0)
    const port = Number(/127\.0\.0\.1:(\d+)\//.exec(file)?.[1])
    for (const path of ['/', '/api/v1/pods', '/x/api/v1/pods']) assert.equal(await statusOf(port, path), 403)
  })
})

async function statusOf(port: number, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    call.on('error', reject)
    call.end()
  })
}

describe('plait lab up', { skip: reasonToSkip(), timeout: 300_000 }, () => {
  const stateFile = v.object({ pid: v.number() })

  it('is tidied away by the next command when its process was killed', async () => {
    using session = new Session()
    const untouched = readMachine()
    assert.equal((await session.run(['lab', 'up', 'missing-plugin'])).code, 0)
    const { pid } = v.parse(
      stateFile,
      parseJson(readFileSync(join(session.stateDirectory, 'lab.json'), 'utf8')),
    )
    process.kill(pid, 'SIGKILL')
    await waitFor(() => readProcesses(session).pids.length === 0, { timeoutMs: 5000, what: 'the lab to end' })
    const { code, stderr } = await session.run(['lab', 'down'])
    assert.equal(code, 2)
    assert.match(stderr, /none is up; start one with: plait lab up/)
    await expectNothingLeft(session, untouched)
  })

  it('keeps a lab after a run when asked to', async () => {
    using session = new Session()
    const untouched = readMachine()
    const { code, stderr } = await session.run(['lab', 'run', 'missing-plugin', '--keep'])
    assert.equal(code, 0, stderr)
    assert.match(stderr, /The lab stays up: export KUBECONFIG=/)
    assert.equal((await session.run(['lab', 'down'])).code, 0)
    await expectNothingLeft(session, untouched)
  })

  it('leaves nothing when it is interrupted', async () => {
    using session = new Session()
    const untouched = readMachine()
    const child = session.start(['lab', 'up'])
    await waitFor(() => readProcesses(session).namespaces.size >= 4, { timeoutMs: 30_000, what: 'the lab' })
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGINT')
    assert.equal(await ended, 130)
    await session.run(['lab', 'list'])
    assert.deepEqual(readProcesses(session).pids, [])
    await session.run(['lab', 'down'])
    await expectNothingLeft(session, untouched)
  })
})

describe('a lab of an ordinary user', { skip: reasonToSkipUser(ordinaryUser), timeout: 120_000 }, () => {
  it('can be kept up, entered and taken down', async () => {
    using session = new Session({ uid: ordinaryUser })
    const untouched = readMachine()
    const up = await session.run(['lab', 'up', 'missing-plugin'])
    assert.equal(up.code, 0, up.stderr)
    const { code, stdout } = await session.run(['lab', 'exec', 'works', '--', 'ping', '-c', '1', '10.1.10.1'])
    assert.equal(code, 0, stdout)
    assert.equal((await session.run(['lab', 'down'])).code, 0)
    await expectNothingLeft(session, untouched)
  })
})

describe('plait lab', () => {
  it('lists the built-in scenarios, of which the default is one', async () => {
    using session = new Session()
    const { stdout } = await session.run(['lab', 'list'])
    assert.match(stdout, /^two-macvlan +\S/m)
  })
})
