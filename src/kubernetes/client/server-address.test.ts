// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { formatServerAddress, parseServerAddress } from './server-address.ts'

describe('parseServerAddress()', () => {
  for (const [given, address] of [
    ['https://10.96.0.1:443', 'https://10.96.0.1'],
    ['https://[10.96.0.1]:443', 'https://10.96.0.1'],
    ['https://[10.96.0.1]:6443/', 'https://10.96.0.1:6443'],
    ['https://[10.96.0.1]', 'https://10.96.0.1'],
    ['https://[fd00::1]:6443', 'https://[fd00::1]:6443'],
    ['https://api.example:6443/k8s/clusters/c-1/', 'https://api.example:6443/k8s/clusters/c-1'],
    ['http://127.0.0.1:8001', 'http://127.0.0.1:8001'],
    ['10.0.0.1:6443', 'https://10.0.0.1:6443'],
  ] as const) {
    it(`reads ${given}`, () => assert.equal(parseServerAddress(given), address))
  }

  for (const given of [
    '',
    'https://',
    'https://[10.96.0.1.7]:443',
    'unix:///run/api',
    'https://u:p@h',
    'https://h/?a=1',
  ]) {
    it(`refuses "${given}"`, () => assert.throws(() => parseServerAddress(given), /^Error: "/))
  }
})

describe('formatServerAddress()', () => {
  for (const [host, address] of [
    ['10.96.0.1', 'https://10.96.0.1:6443'],
    ['fd00::1', 'https://[fd00::1]:6443'],
    ['[fd00::1]', 'https://[fd00::1]:6443'],
    ['[10.96.0.1]', 'https://10.96.0.1:6443'],
    ['kubernetes.default.svc', 'https://kubernetes.default.svc:6443'],
  ] as const) {
    it(`gives ${address} for ${host}`, () => assert.equal(formatServerAddress(host, '6443'), address))
  }
})
