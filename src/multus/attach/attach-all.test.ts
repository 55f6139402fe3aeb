// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { CniError } from '../../cni/index.ts'
import { unreachable } from '../fakes/fake-cluster.ts'
import { createFakeNode } from '../fakes/fake-node.ts'
import type { FakeNode } from '../fakes/fake-node.ts'
import { networksAnnotation } from '../networks/networks.ts'

const config = { delegates: [{ type: 'weave-net', name: 'weave', cniVersion: '1.0.0' }] }

function node(t: { after(fn: () => void): void }, networks = 'net1,net2'): FakeNode {
  const made = createFakeNode()
  t.after(() => made[Symbol.dispose]())
  for (const type of ['weave-net', 'macvlan', 'ipvlan']) made.plugins.install(type)
  made.cluster.putDefinition('default/net1', { type: 'macvlan', name: 'net1', cniVersion: '1.0.0' })
  made.cluster.putDefinition('default/net2', { type: 'ipvlan', name: 'net2', cniVersion: '1.0.0' })
  made.cluster.putPod({ annotations: { [networksAnnotation]: networks } })
  return made
}

async function failAdd({ run }: FakeNode, signal?: AbortSignal): Promise<CniError> {
  return run('ADD', { config, ...(signal && { signal }) }).then(
    () => assert.fail('it succeeded'),
    (error: CniError) => error,
  )
}

function nothingLeft({ plugins, namespace, cniDir, cluster }: FakeNode): void {
  assert.deepEqual(plugins.held, [])
  assert.deepEqual(namespace.lines, [])
  assert.equal(namespace.isOpen, false)
  const files = existsSync(cniDir) ? readdirSync(cniDir, { recursive: true }) : []
  assert.deepEqual(
    files.filter((name) => name !== 'results'),
    [],
  )
  assert.deepEqual([...cluster.statuses.keys()], [])
  assert.deepEqual(
    cluster.events.filter((event) => event.includes('AddedInterface')),
    [],
  )
}

const all = [
  'ADD weave-net eth0 weave',
  'ADD macvlan net1 net1',
  'ADD ipvlan net2 net2',
  'DEL ipvlan net2 net2',
  'DEL macvlan net1 net1',
  'DEL weave-net eth0 weave',
]

describe('an ADD that fails', () => {
  test('takes back what was made, the failed network first (ADD-7)', async (t) => {
    const made = node(t)
    made.plugins.install('ipvlan', { ADD: new CniError(999, 'Link not found') })
    const error = await failAdd(made)
    assert.equal(
      error.message,
      '[default/pod1/uid-1:net2]: error adding container to network "net2": Link not found',
    )
    assert.deepEqual(made.plugins.lines, all)
    nothingLeft(made)
  })

  test('keeps the code of the plugin that failed (ERR-4)', async (t) => {
    const made = node(t)
    made.plugins.install('ipvlan', { ADD: new CniError(11, 'no address', { details: 'pool full' }) })
    const { code, msg, details } = await failAdd(made)
    assert.deepEqual([code, details], [11, 'pool full'])
    assert.match(msg, /: no address$/)
  })

  test('does not complain that a missing plugin cannot be undone', async (t) => {
    const made = node(t)
    made.plugins.uninstall('ipvlan')
    const error = await failAdd(made)
    assert.equal(
      error.msg,
      '[default/pod1/uid-1:net2]: error adding container to network "net2": failed to find plugin "ipvlan" in path [/opt/cni/bin /opt/cni/bin]',
    )
    assert.match(error.details ?? '', /^bundled plugins/)
    assert.equal(error.id, 'cni/plugin-missing')
    nothingLeft(made)
  })

  test('says what could not be taken back, and keeps the record for DEL', async (t) => {
    const made = node(t)
    made.plugins.install('ipvlan', { ADD: new CniError(999, 'Link not found') })
    made.plugins.install('macvlan', { DEL: new CniError(999, 'busy') })
    const { details } = await failAdd(made)
    assert.equal(
      details,
      'could not be taken back, DEL will try again: Cannot undo the attachment to default/net1: DelegateDel: error ' +
        'invoking DelegateDel - "macvlan": error in getting result from DelNetwork: busy',
    )
    assert.deepEqual(made.plugins.held, ['macvlan net1 net1'])
    made.plugins.install('macvlan')
    await made.run('DEL', { config })
    nothingLeft(made)
  })

  test('never deletes an interface that was there before (IF-2, BUG-39)', async (t) => {
    const made = node(t)
    made.namespace.addLink('net2')
    const error = await failAdd(made)
    assert.match(
      error.message,
      /cannot set "ipvlan" interface name to "net2": validateIfName: interface name net2 already exists$/,
    )
    assert.deepEqual(made.plugins.lines, [...all.slice(0, 2), ...all.slice(4)])
    assert.deepEqual(made.namespace.lines, ['net2'])
  })

  test('takes everything back when the default route cannot be moved (BUG-12)', async (t) => {
    const made = node(t, '[{"name": "net1", "default-route": ["10.0.2.1"]}]')
    made.namespace.refuseRoute = new Error('network is unreachable')
    const error = await failAdd(made)
    assert.equal(
      error.message,
      'Multus: [default/pod1/uid-1]: error setting default gateway: 10.0.2.1: network is unreachable',
    )
    assert.equal(error.id, 'multus/default-route-failed')
    nothingLeft(made)
  })

  test('takes everything back when the status cannot be written (ADD-8, BUG-12)', async (t) => {
    const made = node(t)
    made.cluster.failures.status = unreachable()
    const error = await failAdd(made)
    assert.match(
      error.message,
      /^Multus: \[default\/pod1\/uid-1\]: error setting the networks status: .*ECONNREFUSED/,
    )
    assert.equal(error.id, 'multus/status-failed')
    assert.deepEqual(made.plugins.lines, all)
    nothingLeft(made)
  })

  test('takes everything back when the result cannot be said in the version asked for', async (t) => {
    const made = node(t)
    made.plugins.install('weave-net', { ADD: { cniVersion: '1.0.0', interfaces: [{ name: 'eth0' }] } })
    const running = made.run('ADD', { config: { ...config, cniVersion: '0.2.0' } })
    await assert.rejects(running, /cannot convert: no valid IP addresses/)
    nothingLeft(made)
  })

  test('attaches nothing when the record cannot be written (ADD-6)', async (t) => {
    const made = node(t)
    writeFileSync(made.cniDir, 'a file in place of the directory')
    const error = await made.run('ADD', { config }).catch((reason: unknown) => reason)
    assert.match(
      String(error),
      /Multus: \[default\/pod1\/uid-1\]: error saving the delegates: Cannot write \S+\/cni\/c1: ENOTDIR/,
    )
    assert.deepEqual(made.plugins.lines, [])
  })

  test('stops before the next network when the caller is gone, and still takes back', async (t) => {
    const made = node(t)
    const caller = new AbortController()
    made.plugins.install('macvlan', {
      ADD: () => {
        caller.abort(new Error('the caller is gone'))
        return { cniVersion: '1.0.0', interfaces: [{ name: 'net1', sandbox: 'x' }] }
      },
    })
    const error = await failAdd(made, caller.signal)
    assert.equal(error.message, 'Multus: [default/pod1/uid-1]: the caller is gone')
    assert.deepEqual(made.plugins.lines, [...all.slice(0, 2), ...all.slice(4)])
    nothingLeft(made)
  })
})

test('the record of a pod is there before anything is executed (ADD-6)', async (t) => {
  const made = node(t)
  let files: readonly string[] = []
  made.plugins.install('weave-net', {
    ADD: () => {
      files = readdirSync(made.cniDir)
      return { cniVersion: '1.0.0' }
    },
  })
  await made.run('ADD', { config })
  assert.deepEqual(files, ['c1'])
})
