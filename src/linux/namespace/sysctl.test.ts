// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sysctlPath } from './sysctl.ts'

test('sysctlPath() takes both notations', () => {
  for (const [name, path] of [
    ['net/ipv4/conf/eth0.5/arp_notify', '/proc/sys/net/ipv4/conf/eth0.5/arp_notify'],
    ['net.ipv4.conf.eth0/5.arp_notify', '/proc/sys/net/ipv4/conf/eth0.5/arp_notify'],
    ['net.ipv4.ip_forward', '/proc/sys/net/ipv4/ip_forward'],
  ] as const) {
    assert.equal(sysctlPath(name), path)
  }
})

test('sysctlPath() refuses what is not below net/', () => {
  for (const name of [
    'kernel.hostname',
    'kernel/hostname',
    'net',
    'net/',
    '',
    'net/../kernel/hostname',
    'net/ipv4//x',
    '/net/x',
    'net/./x',
    'net/x\0',
    'net.//.kernel.x',
  ]) {
    assert.throws(() => sysctlPath(name), { id: 'net/sysctl-refused' }, name)
  }
})
