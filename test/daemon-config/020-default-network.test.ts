// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { delay, waitFor } from '../../src/base/index.ts'
import { EmbeddedApiServer, events, KubernetesClient } from '../../src/kubernetes/index.ts'
import { formatKubeconfig } from '../../src/lab/run/kubeconfig.ts'
import { ApiDoor } from '../bad-input/api-door.ts'
import { makeHostAndContainer, skip } from '../netns/fixture.ts'
import { startDaemon } from '../shim/real-daemon.ts'
import { makeDirectories, network, probe, wrappedBy } from './node.ts'

describe('the default network of a node', { skip, timeout: 120_000 }, () => {
  test('is the one of before after a reboot, whatever comes first: nothing else is ever wrapped', async (t) => {
    const node = makeDirectories(t)
    node.write('05-cilium.conflist', network('cilium'))
    const before = await startDaemon(t, node.settings)
    await waitFor(() => wrappedBy(node.conf) === '05-cilium.conflist', { timeoutMs: 10_000, what: 'cilium' })
    before.process.kill('SIGKILL')
    for (const name of ['05-cilium.conflist', '00-multus.conf']) rmSync(join(node.confDir, name))
    const { socketPath } = await startDaemon(t, node.settings)
    const seen = new Set<string | undefined>()
    // The networks of the node come one second apart.
    for (const name of ['87-podman-bridge.conflist', '10-kube-ovn.conflist', '05-cilium.conflist']) {
      node.write(name, network(name.slice(3, -'.conflist'.length)))
      const until = performance.now() + 1000
      while (performance.now() < until) {
        seen.add(wrappedBy(node.conf))
        await delay(20)
      }
      if (name === '10-kube-ovn.conflist') {
        const { status, body } = await probe(socketPath)
        assert.notEqual(status, 200)
        assert.match(
          body,
          /cni-configuration: no default network yet: 05-cilium\.conflist, which was in use before/,
        )
      }
    }
    assert.deepEqual([...seen], [undefined, '05-cilium.conflist'])
    const { status } = await probe(socketPath)
    assert.equal(status, 200)
  })

  test('is kept in place against a program that renames our file, and the node says who must stop', async (t) => {
    const { host } = makeHostAndContainer(t)
    const server = await EmbeddedApiServer.start({ port: 0 })
    t.after(async () => server.close())
    const client = new KubernetesClient({ server: server.url })
    t.after(async () => client[Symbol.asyncDispose]())
    const node = makeDirectories(t)
    node.write('05-cilium.conflist', network('cilium'))
    const kubeconfig = join(node.root, 'kubeconfig')
    const door = ApiDoor.open(t, host, Number(new URL(server.url).port))
    // With the brackets that upstream's script wrote around IPv4 addresses for years.
    const url = door.url.replace('127.0.0.1', '[127.0.0.1]')
    writeFileSync(kubeconfig, formatKubeconfig({ url, token: undefined }))
    const launcher = ['env', 'MULTUS_NODE_NAME=n1']
    const { socketPath } = await startDaemon(t, { ...node.settings, kubeconfig }, { host, launcher })
    await waitFor(() => existsSync(node.conf), { timeoutMs: 10_000, what: 'the configuration' })
    const written = readFileSync(node.conf)
    for (let turn = 1; turn <= 5; turn++) {
      renameSync(node.conf, `${node.conf}.cilium_bak`)
      await waitFor(() => existsSync(node.conf), { timeoutMs: 2000, what: `restore ${turn}` })
      assert.deepEqual(readFileSync(node.conf), written)
    }
    renameSync(node.conf, `${node.conf}.cilium_bak`)
    const answer = await waitFor(
      async () => {
        const found = await probe(socketPath)
        return found.status !== 200 && found
      },
      { timeoutMs: 5000, what: 'the readiness to say it' },
    )
    assert.match(answer.body, /cni-configuration: .*00-multus\.conf\.cilium_bak.*cni\.exclusive=false/)
    const event = await waitFor(
      async () => {
        const { items } = await client.list(events)
        return items.find(({ reason }) => reason === 'MultusConfigTaken')
      },
      { timeoutMs: 5000, what: 'the event' },
    )
    assert.equal(event.involvedObject.kind, 'Node')
    assert.equal(event.involvedObject.name, 'n1')
    assert.match(event.message, /cni\.exclusive=false/)
  })
})
