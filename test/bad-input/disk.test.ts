// SPDX-License-Identifier: Apache-2.0

// File systems of the node's state that are full or read-only.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkLeaks, skip as noNamespaces } from '../netns/fixture.ts'
import { skip as noShim } from '../shim/build-shim.ts'
import { assertAttachesPods, assertRefused, assertSilentSuccess, readRefusal, useNode } from './refusal.ts'
import type { Refusal } from './refusal.ts'

checkLeaks()

const pageBytes = 4096

describe('state that cannot be written', { skip: noShim || noNamespaces }, () => {
  const node = useNode({ stateBytes: 64 * pageBytes })

  /** Leaves room for so many small files. */
  function fill(pages: number): void {
    // dd ends with an error when nothing more fits.
    node().inMounts(`
      dd if=/dev/zero of=/var/lib/ballast bs=${pageBytes} 2>/dev/null || true
      truncate -s -${pages * pageBytes} /var/lib/ballast`)
  }

  const empty = (): void => node().inMounts('rm /var/lib/ballast')

  const full: readonly (readonly [string, Refusal])[] = [
    [
      'the record of the pod',
      {
        code: 999,
        msg: 'Multus: [POD]: error saving the delegates: Cannot write /var/lib/cni/multus/CONTAINER: ENOSPC: no space left on device, write',
        details: 'look at free space, permissions and mounts there',
      },
    ],
    [
      'the reservation of an address',
      {
        code: 5,
        msg: '[POD:default-net]: error adding container to network "default-net": plugin type="bridge" failed (add): failed to allocate for range 0: Cannot create /var/lib/cni/networks/default-net/10.88.0.N: no space left on device',
        details: 'free space on that file system, make it writable, or set ipam.dataDir',
      },
    ],
    [
      'the result of the default network',
      {
        code: 999,
        msg: '[POD:default-net]: error adding container to network "default-net": failed to set network "default-net" cached result: Cannot write below /var/lib/cni/multus: ENOSPC: no space left on device, write',
        details: 'look at free space, permissions and mounts there',
      },
    ],
    [
      'the reservation of an address of the second network',
      {
        code: 5,
        msg: '[POD:good]: error adding container to network "good": failed to allocate for range 0: Cannot create /var/lib/cni/networks/good/10.1.0.N: no space left on device',
        details: 'free space on that file system, make it writable, or set ipam.dataDir',
      },
    ],
    [
      'the result of the second network',
      {
        code: 999,
        msg: '[POD:good]: error adding container to network "good": failed to set network "good" cached result: Cannot write below /var/lib/cni/multus: ENOSPC: no space left on device, write',
        details: 'look at free space, permissions and mounts there',
      },
    ],
  ]
  for (const [pages, [what, refusal]] of full.entries()) {
    test(`is refused, and leaves nothing, when the disk is full at ${what}`, async (t) => {
      await assertAttachesPods(t, node()) // What host-local keeps of a network for good is there.
      fill(pages)
      await assertRefused(t, node(), { networks: 'good', refusal, repair: empty })
    })
  }

  test('does not keep a pod from going away when the disk is full', async (t) => {
    const pod = node().addPod(t, 'good')
    const before = node().stock(pod)
    assert.equal((await node().call('ADD', pod)).status, 0)
    fill(0)
    assertSilentSuccess(await node().call('DEL', pod))
    empty()
    assert.deepEqual(node().stock(pod), before)
  })

  const readOnly: readonly (readonly [string, string, Refusal])[] = [
    [
      'the directory of records',
      '/var/lib/cni/multus',
      {
        code: 999,
        msg: "Multus: [POD]: error saving the delegates: Cannot write /var/lib/cni/multus/CONTAINER: EROFS: read-only file system, open '/var/lib/cni/multus/.CONTAINER.tmp'",
        details: 'look at free space, permissions and mounts there',
      },
    ],
    [
      'the directory of results',
      '/var/lib/cni/multus/results',
      {
        code: 999,
        msg: '[POD:default-net]: error adding container to network "default-net": failed to set network "default-net" cached result: Cannot write below /var/lib/cni/multus: EROFS: read-only file system, open \'/var/lib/cni/multus/results/.default-net-CONTAINER-eth0.tmp\'',
        details: 'look at free space, permissions and mounts there',
      },
    ],
    [
      'the directory of addresses',
      '/var/lib/cni/networks',
      {
        code: 5,
        msg: '[POD:default-net]: error adding container to network "default-net": plugin type="bridge" failed (add): Cannot lock /var/lib/cni/networks/default-net/lock: read-only file system',
        details: 'free space on that file system, make it writable, or set ipam.dataDir',
      },
    ],
    [
      'all of it',
      '/var/lib/cni',
      {
        code: 999,
        msg: "Multus: [POD]: error saving the delegates: Cannot write /var/lib/cni/multus/CONTAINER: EROFS: read-only file system, open '/var/lib/cni/multus/.CONTAINER.tmp'",
        details: 'look at free space, permissions and mounts there',
      },
    ],
  ]

  const makeReadOnly = (path: string): void =>
    node().inMounts(`mount --bind ${path} ${path} && mount -o remount,bind,ro ${path}`)

  for (const [what, path, refusal] of readOnly) {
    test(`is refused, and leaves nothing, when ${what} is read-only`, async (t) => {
      await assertAttachesPods(t, node())
      makeReadOnly(path)
      const repair = (): void => node().inMounts(`umount ${path}`)
      await assertRefused(t, node(), { networks: 'good', refusal, repair })
    })
  }

  test('makes a DEL fail that cannot release an address, and the next one releases it', async (t) => {
    const pod = node().addPod(t, 'good')
    const before = node().stock(pod)
    assert.equal((await node().call('ADD', pod)).status, 0)
    makeReadOnly('/var/lib/cni/networks/good')
    const { code, msg } = readRefusal(await node().call('DEL', pod), node(), pod)
    assert.deepEqual(
      [code, msg],
      [
        5,
        'DelegateDel: error invoking DelegateDel - "macvlan": error in getting result from DelNetwork: Cannot lock ' +
          '/var/lib/cni/networks/good/lock: read-only file system; free space on that file system, make it writable, or set ipam.dataDir',
      ],
    )
    node().inMounts('umount /var/lib/cni/networks/good')
    assertSilentSuccess(await node().call('DEL', pod))
    assert.deepEqual(node().stock(pod), before)
  })
})
