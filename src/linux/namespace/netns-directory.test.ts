// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { missingNetnsMount, otherNetnsPath } from './netns-directory.ts'

describe('otherNetnsPath()', () => {
  test('names the same namespace in the other directory', () => {
    assert.equal(otherNetnsPath('/run/netns/cni-1'), '/var/run/netns/cni-1')
    assert.equal(otherNetnsPath('/var/run/netns/cni-1'), '/run/netns/cni-1')
  })

  test('knows no other place for a path elsewhere', () => {
    for (const path of ['', '/proc/1/ns/net', '/run/netnsx/a', 'run/netns/a'])
      assert.equal(otherNetnsPath(path), undefined)
  })
})

describe('missingNetnsMount()', () => {
  test('says nothing about a path elsewhere', () => {
    assert.equal(missingNetnsMount('/proc/1/ns/net'), undefined)
  })
})
