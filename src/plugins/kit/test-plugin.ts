// SPDX-License-Identifier: Apache-2.0

import { after, before, describe } from 'node:test'
import { describeError } from '../../base/index.ts'
import { Namespace } from '../../linux/index.ts'
import { testBadConfig } from './contract/bad-config.ts'
import { Bench } from './contract/bench.ts'
import type { PluginCases } from './contract/cases.ts'
import { testConcurrency } from './contract/concurrency.ts'
import { testFailures } from './contract/failures.ts'
import { testLifeCycle } from './contract/life-cycle.ts'
import { testMissingNamespace, testNamespaces, testOwnNamespace } from './contract/namespaces.ts'
import { testNetworkVerbs } from './contract/network-verbs.ts'
import type { Plugin } from './define-plugin.ts'

export { Bench, networkName } from './contract/bench.ts'
export type { Container, PluginCases } from './contract/cases.ts'

/**
 * Holds a plugin to the CNI contract, in namespaces of its own: every version, DEL in all circumstances, bad
 * configurations, a failure at each single call, GC, STATUS, many containers at once. Where no namespaces can be made it
 * is skipped, with the reason.
 */
export function testPlugin(plugin: Plugin, cases: PluginCases): void {
  const skip = whyNot()
  void describe(`the contract of ${plugin.name}`, { skip, timeout: 120_000 }, () => {
    let current: Bench | undefined
    const bench = () => {
      if (current === undefined) throw new Error('There is no bench')
      return current
    }
    before(async () => {
      current = await Bench.create(plugin, cases)
    })
    after(() => current?.[Symbol.dispose]())
    testLifeCycle(bench, plugin.supportedVersions)
    testNamespaces(bench)
    if (plugin.kind !== 'ipam') testOwnNamespace(bench)
    if (plugin.kind === 'main') testMissingNamespace(bench)
    testNetworkVerbs(bench)
    testBadConfig(bench)
    testFailures(bench)
    if (cases.allocates) testConcurrency(bench)
  })
}

function whyNot(): string | false {
  try {
    Namespace.create()[Symbol.dispose]()
    return false
  } catch (error) {
    return `cannot make a network namespace: ${describeError(error)}`
  }
}
