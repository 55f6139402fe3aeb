// SPDX-License-Identifier: Apache-2.0

// Older kernels refuse to make a link in another namespace under a name that the sending one has. Here
// that refusal comes from `beforeCall`, so that what is done about it is tried on any kernel.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { NetlinkError } from '../../src/linux/index.ts'
import type { LinkSpec, Namespace } from '../../src/linux/index.ts'
import { checkLeaks, ipOne, linkNames, makeCard, makeNamespace, skip } from './fixture.ts'

checkLeaks()

const EEXIST = 17

/** A host that refuses as an older kernel does, and its card's index. */
function makeOldHost(
  t: Parameters<typeof makeNamespace>[0],
  alsoRefuse = /^$/,
): { host: Namespace; link: number } {
  const refuse = (request: string): void => {
    const refused = request === 'RTM_NEWLINK macvlan eth0' || alsoRefuse.test(request)
    if (refused) throw new NetlinkError({ errno: EEXIST, request })
  }
  const host = makeNamespace(t, { beforeCall: refuse })
  return { host, link: makeCard(host, 'ens6') }
}

describe('Links.create() on a kernel that looks for the name in the wrong namespace', { skip }, () => {
  const spec = { kind: 'macvlan', name: 'eth0', mode: 'bridge', mac: '02:00:00:00:00:01', up: true } as const

  test('makes the link under another name and renames it where it lives', (t) => {
    const { host, link } = makeOldHost(t)
    const container = makeNamespace(t)
    const complete: LinkSpec = { ...spec, link, namespace: container, group: 7 }
    host.links.create(complete)
    assert.deepEqual(linkNames(container), ['lo', 'eth0'])
    const shown = ipOne(container, 'link', 'show', 'dev', 'eth0')
    assert.deepEqual([shown['address'], shown['group']], ['02:00:00:00:00:01', '7'])
    assert.equal(container.links.get('eth0')?.up, true)
  })

  test('refuses a name that is taken in the right namespace, and leaves nothing', (t) => {
    const { host, link } = makeOldHost(t)
    const container = makeNamespace(t)
    container.links.create({ kind: 'bridge', name: 'eth0' })
    assert.throws(() => host.links.create({ ...spec, link, namespace: container }), {
      message: 'RTM_NEWLINK macvlan eth0: file exists',
    })
    assert.deepEqual(linkNames(container), ['lo', 'eth0'])
  })

  test('leaves nothing when the name is taken at the last moment', (t) => {
    const { host, link } = makeOldHost(t, /^RTM_SETLINK .* name=eth0/)
    const container = makeNamespace(t)
    assert.throws(() => host.links.create({ ...spec, link, namespace: container }), { code: 'EEXIST' })
    assert.deepEqual(linkNames(container), ['lo'])
  })

  test('passes on the refusal of a name within one namespace', (t) => {
    const { host, link } = makeOldHost(t)
    assert.throws(() => host.links.create({ ...spec, link }), { code: 'EEXIST' })
  })
})
