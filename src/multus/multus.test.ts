// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createLog } from '../base/index.ts'
import { CniError } from '../cni/index.ts'
import { ApiError } from '../kubernetes/index.ts'
import { createFakeNode } from './fakes/fake-node.ts'
import type { JournalEntry } from './journal.ts'
import { networksAnnotation } from './networks/networks.ts'

const config = { delegates: [{ type: 'weave-net', name: 'weave', cniVersion: '1.0.0' }] }

describe('handle()', () => {
  test('answers VERSION without a configuration', async () => {
    using node = createFakeNode()
    assert.equal(
      await node.multus.handle({ CNI_COMMAND: 'VERSION' }, Buffer.alloc(0)),
      '{"cniVersion":"1.1.0","supportedVersions":["0.1.0","0.2.0","0.3.0","0.3.1","0.4.0","1.0.0","1.1.0"]}\n',
    )
  })

  test('refuses what no CNI plugin would take, with the codes of the CNI library', async () => {
    using node = createFakeNode()
    const { multus, run } = node
    await assert.rejects(multus.handle({}, Buffer.alloc(0)), { code: 4 })
    await assert.rejects(run('ADD', { env: { CNI_CONTAINERID: '../x' } }), { code: 4 })
    await assert.rejects(run('ADD', { env: { CNI_NETNS: '' } }), {
      code: 4,
      message: 'required env variables [CNI_NETNS] missing',
    })
    await assert.rejects(run('ADD', { config: { cniVersion: '9.9.9' } }), {
      code: 1,
      msg: 'incompatible CNI versions',
    })
    await assert.rejects(multus.handle({ CNI_COMMAND: 'STATUS', CNI_PATH: '/x' }, Buffer.from('{')), {
      code: 6,
      message: /^error unmarshall network config: /,
    })
  })

  test('writes each attempt into the journal: steps, duration, error id', async () => {
    const entries: JournalEntry[] = []
    using node = createFakeNode({ onAttempt: (entry) => entries.push(entry) })
    const { cluster, multus, plugins, run } = node
    plugins.install('weave-net')
    cluster.putPod({ annotations: { [networksAnnotation]: 'absent' } })
    await assert.rejects(run('ADD', { config }))
    cluster.putPod({})
    await run('ADD', { config })
    const [failed, done] = multus.journal.of('default', 'pod1')
    assert.deepEqual(
      [failed?.command, failed?.errorId, failed?.steps.map(({ step }) => step)],
      ['ADD', 'multus/nad-missing', ['readiness', 'pod', 'networks']],
    )
    assert.deepEqual(
      [done?.errorId, done?.steps.map(({ step }) => step)],
      [undefined, ['readiness', 'pod', 'networks', 'attach eth0', 'status']],
    )
    assert.deepEqual(entries, [failed, done])
  })

  test('lets an API that hangs delay the reply a bounded time, and tells of the failure later', async () => {
    const late: Error[] = []
    const timing = { statusTiming: { waitMs: 5, deadlineMs: 2000 } }
    const lines: string[] = []
    const log = createLog({ level: 'error', destination: { write: (line) => void lines.push(line) } })
    using node = createFakeNode({ timing, log, onLateStatusFailure: (error) => late.push(error) })
    const { cluster, multus, plugins, run } = node
    plugins.install('weave-net')
    cluster.putPod({})
    const { promise, resolve } = Promise.withResolvers<void>()
    cluster.statusGate = promise
    await run('ADD', { config })
    cluster.failures.status = new ApiError('kubernetes/forbidden', 'x', {
      status: 403,
      reason: '',
      detail: 'not allowed',
    })
    resolve()
    await multus[Symbol.asyncDispose]()
    assert.match(cluster.events.at(-1) ?? '', /^Warning NetworkStatusNotWritten .*not allowed$/)
    assert.equal(late.length, 1)
    assert.match(lines.join(''), /"id":"multus\/status-failed"/)
    assert.deepEqual(plugins.held, ['weave-net eth0 weave'])
  })

  test('keeps the error of a plugin as a CNI error', async () => {
    using node = createFakeNode()
    node.plugins.install('weave-net', { ADD: new CniError(7, 'bad mode') })
    node.cluster.putPod({})
    await assert.rejects(
      node.run('ADD', { config }),
      (error) => error instanceof CniError && error.code === 7,
    )
  })
})
