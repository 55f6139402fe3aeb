// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Bench } from './bench.ts'
import type { Container } from './cases.ts'

const nobody: Container = { containerId: '', ifName: '', netns: '' }

/** GC, STATUS and VERSION, which are about no single container. */
export function testNetworkVerbs(bench: () => Bench): void {
  void it('says which versions it supports', async () => {
    const { plugin } = bench()
    const answer = await bench().run('VERSION', nobody, {})
    assert.deepEqual(answer, { cniVersion: '1.1.0', supportedVersions: plugin.supportedVersions })
  })

  void it('refuses a version that it does not support', async () => {
    const container = bench().addContainer()
    const config = bench().configFor(container, '9.9.9')
    await assert.rejects(bench().run('ADD', container, config), { code: 1, msg: 'incompatible CNI versions' })
  })

  void it('says that an ADD could be served', async () => {
    await bench().run('STATUS', nobody, { ...bench().configFor(bench().addContainer()) })
  })

  void it('collects what no valid attachment holds, and nothing else', async () => {
    const [kept, lost] = [bench().addContainer(), bench().addContainer()]
    const [keptConfig, lostConfig] = [bench().configFor(kept), bench().configFor(lost)]
    const before = bench().describe()
    const result = await bench().run('ADD', kept, keptConfig)
    const oneAttached = bench().describe()
    await bench().run('ADD', lost, lostConfig)
    // The container that was lost takes its links with it; its addresses are what is left to collect.
    bench().removeContainer(lost)
    const valid = [{ containerID: kept.containerId, ifname: kept.ifName }]
    await bench().run('GC', nobody, { ...keptConfig, 'cni.dev/valid-attachments': valid })
    await bench().expectState(oneAttached)
    if (bench().plugin.kind !== 'meta')
      await bench().run('CHECK', kept, { ...keptConfig, prevResult: result ?? null })
    bench().removeContainer(kept)
    await bench().run('GC', nobody, { ...keptConfig, 'cni.dev/valid-attachments': [] })
    await bench().expectState(before)
  })

  void it('refuses to collect without a list of what is valid', async () => {
    const config = bench().configFor(bench().addContainer())
    await assert.rejects(bench().run('GC', nobody, config), { code: 7 })
  })
}
