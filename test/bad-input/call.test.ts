// SPDX-License-Identifier: Apache-2.0

// What a runtime can get wrong: standard input, variables, the network namespace.

import { mkdirSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { checkLeaks, skip as noNamespaces } from '../netns/fixture.ts'
import { skip as noShim } from '../shim/build-shim.ts'
import { assertRefused, useNode } from './refusal.ts'
import type { Refusal } from './refusal.ts'

checkLeaks()

describe('a call that cannot be served', { skip: noShim || noNamespaces }, () => {
  const node = useNode()

  const badStdin: readonly (readonly [string, (good: string) => string, Refusal])[] = [
    [
      'text that is no JSON',
      () => 'hello',
      {
        code: 6,
        msg: "error unmarshall network config: invalid character 'h' looking for beginning of value",
      },
    ],
    ['nothing', () => '', { code: 6, msg: 'error unmarshall network config: unexpected end of JSON input' }],
    [
      '10 MB of JSON',
      (good) => good.replace('{', `{"x":"${'x'.repeat(10_000_000)}",`),
      {
        code: 7,
        msg: 'Cannot read the network configuration: there are more than 8388608 bytes on stdin; make it smaller',
      },
    ],
    [
      'a version that nobody knows',
      (good) => good.replace('"cniVersion":"1.0.0"', '"cniVersion":"9.9.9"'),
      {
        code: 1,
        msg: 'incompatible CNI versions',
        details:
          'config is "9.9.9", plugin supports ["0.1.0" "0.2.0" "0.3.0" "0.3.1" "0.4.0" "1.0.0" "1.1.0"]',
      },
    ],
  ]
  for (const [what, change, refusal] of badStdin) {
    test(`is refused when standard input holds ${what}`, async (t) => {
      await assertRefused(t, node(), { stdin: change(node().config()), refusal, delIsRefused: true })
    })
  }

  for (const name of ['CNI_CONTAINERID', 'CNI_IFNAME', 'CNI_PATH']) {
    test(`is refused without ${name}`, async (t) => {
      const refusal = { code: 4, msg: `required env variables [${name}] missing` }
      await assertRefused(t, node(), { env: { [name]: undefined }, refusal, delIsRefused: true })
    })
  }

  test('is refused without CNI_NETNS, which a DEL does not need', async (t) => {
    const refusal = { code: 4, msg: 'required env variables [CNI_NETNS] missing' }
    await assertRefused(t, node(), { env: { CNI_NETNS: undefined }, refusal })
  })

  test('is refused with a command that there is not', async (t) => {
    const refusal = { code: 4, msg: 'unknown CNI_COMMAND: FLY' }
    await assertRefused(t, node(), { env: { CNI_COMMAND: 'FLY' }, refusal, delIsRefused: true })
  })

  test('is refused when CNI_ARGS name no pod', async (t) => {
    const refusal = {
      code: 999,
      msg: 'Multus: [//]: error waiting for pod: CNI_ARGS do not name one: K8S_POD_NAMESPACE or K8S_POD_NAME is missing',
      details: 'look at what the container runtime passes',
    }
    await assertRefused(t, node(), { env: { CNI_ARGS: undefined }, refusal })
  })

  const badNames: readonly (readonly [string, string, Omit<Refusal, 'code'>])[] = [
    [
      'of 16 bytes',
      '0123456789abcdef',
      { msg: 'interface name is too long', details: 'interface name should be less than 16 characters' },
    ],
    ['with a slash', 'net/1', { msg: 'interface name contains / or : or whitespace characters' }],
    ['that is empty', '', { msg: 'required env variables [CNI_IFNAME] missing' }],
  ]
  for (const [what, name, refusal] of badNames) {
    test(`is refused with an interface name ${what}`, async (t) => {
      const env = { CNI_IFNAME: name }
      await assertRefused(t, node(), { env, refusal: { code: 4, ...refusal }, delIsRefused: true })
    })
  }

  const magic = statfsSync(tmpdir()).type.toString(16)
  const badNamespaces: readonly (readonly [string, (path: string) => void, string, string])[] = [
    [
      'is a file',
      (path) => writeFileSync(path, ''),
      `unknown FS magic on "NODE/netns-0": ${magic}`,
      'pass a network namespace, such as /run/netns/<name>',
    ],
    [
      'is a directory',
      (path) => mkdirSync(path),
      `unknown FS magic on "NODE/netns-1": ${magic}`,
      'pass a network namespace, such as /run/netns/<name>',
    ],
    [
      'leads to nothing',
      () => undefined,
      'failed to Statfs "NODE/netns-2": no such file or directory',
      'look at the container runtime, unless the pod is being removed',
    ],
  ]
  for (const [index, [what, make, problem, details]] of badNamespaces.entries()) {
    test(`is refused when the path of the network namespace ${what}`, async (t) => {
      const path = join(node().daemon.directory, `netns-${index}`)
      make(path)
      await assertRefused(t, node(), {
        networks: 'good',
        env: { CNI_NETNS: path },
        refusal: {
          code: 999,
          msg:
            '[POD:default-net]: error adding container to network "default-net": DelegateAdd: cannot set "" interface ' +
            `name to "eth0": validateIfName: no net namespace NODE/netns-${index} found: ${problem}`,
          details,
        },
      })
    })
  }
})
