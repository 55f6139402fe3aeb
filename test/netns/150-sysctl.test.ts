// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { checkLeaks, makeCard, makeHostAndContainer, runIn, skip } from './fixture.ts'

checkLeaks()

describe('sysctl', { skip }, () => {
  test('is read and written in the namespace of the handle only', (t) => {
    const { host, container } = makeHostAndContainer(t)
    const machine = readFileSync('/proc/sys/net/ipv4/ip_forward', 'latin1')
    container.writeSysctl('net/ipv4/ip_forward', '1')
    host.writeSysctl('net.ipv4.ip_forward', '0')
    assert.equal(runIn(container, 'cat', '/proc/sys/net/ipv4/ip_forward'), '1\n')
    assert.deepEqual(
      [container.readSysctl('net.ipv4.ip_forward'), host.readSysctl('net/ipv4/ip_forward')],
      ['1', '0'],
    )
    assert.equal(readFileSync('/proc/sys/net/ipv4/ip_forward', 'latin1'), machine)
  })

  test('reaches links whose name has a dot, in both notations', (t) => {
    const { container } = makeHostAndContainer(t)
    makeCard(container, 'eth0.5', 'far')
    container.writeSysctl('net/ipv4/conf/eth0.5/arp_notify', '1')
    assert.equal(container.readSysctl('net.ipv4.conf.eth0/5.arp_notify'), '1')
  })

  test('is undefined for what does not exist, and fails with the text of Go when written', (t) => {
    const { container } = makeHostAndContainer(t)
    assert.equal(container.readSysctl('net/ipv4/conf/nope/arp_notify'), undefined)
    assert.throws(() => container.writeSysctl('net/ipv4/conf/nope/arp_notify', '1'), {
      id: 'net/sysctl-refused',
      message: 'open /proc/sys/net/ipv4/conf/nope/arp_notify: no such file or directory',
    })
    assert.throws(() => container.writeSysctl('net/ipv4/ip_forward', 'many'), {
      message: 'write /proc/sys/net/ipv4/ip_forward: invalid argument',
    })
  })

  test('never reaches settings of the whole machine', (t) => {
    const { container } = makeHostAndContainer(t)
    assert.throws(() => container.writeSysctl('net/../kernel/hostname', 'x'), { id: 'net/sysctl-refused' })
    assert.throws(() => container.readSysctl('kernel.hostname'), { id: 'net/sysctl-refused' })
  })
})
