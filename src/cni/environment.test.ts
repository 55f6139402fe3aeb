// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isNetnsOverridden, readCniEnvironment } from './environment.ts'

const complete = {
  CNI_CONTAINERID: 'some-id',
  CNI_NETNS: '/run/netns/pod1',
  CNI_IFNAME: 'eth0',
  CNI_ARGS: 'IgnoreUnknown=1',
  CNI_PATH: '/opt/cni/bin::/usr/lib/cni',
}

test('readCniEnvironment() gives the request of a complete environment', () => {
  assert.deepEqual(readCniEnvironment({ ...complete, CNI_COMMAND: 'ADD', HOME: '/root' }), {
    command: 'ADD',
    containerId: 'some-id',
    netns: '/run/netns/pod1',
    ifName: 'eth0',
    args: 'IgnoreUnknown=1',
    path: ['/opt/cni/bin', '/usr/lib/cni'],
  })
})

const requiredBy: Readonly<Record<string, readonly string[]>> = {
  ADD: ['CNI_CONTAINERID', 'CNI_NETNS', 'CNI_IFNAME', 'CNI_PATH'],
  CHECK: ['CNI_CONTAINERID', 'CNI_NETNS', 'CNI_IFNAME', 'CNI_PATH'],
  DEL: ['CNI_CONTAINERID', 'CNI_IFNAME', 'CNI_PATH'],
  GC: ['CNI_PATH'],
  STATUS: ['CNI_PATH'],
  VERSION: [],
}

for (const [command, required] of Object.entries(requiredBy)) {
  test(`readCniEnvironment() wants for ${command} exactly ${required.join(', ') || 'nothing'}`, () => {
    for (const name of Object.keys(complete)) {
      const env = { ...complete, CNI_COMMAND: command, [name]: '' }
      if (required.includes(name)) {
        assert.throws(() => readCniEnvironment(env), {
          code: 4,
          message: `required env variables [${name}] missing`,
        })
      } else {
        assert.equal(readCniEnvironment(env).command, command)
      }
    }
    if (required.length > 0) {
      assert.throws(() => readCniEnvironment({ CNI_COMMAND: command }), {
        message: `required env variables [${required.join(',')}] missing`,
      })
    }
  })
}

test('readCniEnvironment() refuses a missing and an unknown command', () => {
  assert.throws(() => readCniEnvironment(complete), {
    message: 'required env variables [CNI_COMMAND] missing',
  })
  for (const command of ['NOPE', 'add', 'toString']) {
    assert.throws(() => readCniEnvironment({ ...complete, CNI_COMMAND: command }), {
      code: 4,
      message: `unknown CNI_COMMAND: ${command}`,
    })
  }
})

test('readCniEnvironment() checks container id and interface name of the verbs that use them', () => {
  const bad = { ...complete, CNI_CONTAINERID: 'a/b', CNI_IFNAME: 'a/b' }
  for (const command of ['ADD', 'CHECK', 'DEL']) {
    assert.throws(() => readCniEnvironment({ ...bad, CNI_COMMAND: command }), {
      code: 4,
      message: 'invalid characters in containerID; a/b',
    })
    assert.throws(() => readCniEnvironment({ ...bad, CNI_CONTAINERID: 'a', CNI_COMMAND: command }), {
      code: 4,
      message: 'interface name contains / or : or whitespace characters',
    })
  }
  assert.equal(readCniEnvironment({ ...bad, CNI_COMMAND: 'GC' }).command, 'GC')
})

test('readCniEnvironment() names what is missing before what is wrong', () => {
  const env = { ...complete, CNI_COMMAND: 'ADD', CNI_IFNAME: 'far too long a name', CNI_CONTAINERID: '' }
  assert.throws(() => readCniEnvironment(env), {
    message: 'required env variables [CNI_CONTAINERID] missing',
  })
})

test('isNetnsOverridden() takes 1 and true in any case', () => {
  for (const value of ['1', 'true', 'TRUE', 'True'])
    assert.ok(isNetnsOverridden({ CNI_NETNS_OVERRIDE: value }))
  for (const value of ['', '0', 'yes']) assert.ok(!isNetnsOverridden({ CNI_NETNS_OVERRIDE: value }))
  assert.ok(!isNetnsOverridden({}))
})
