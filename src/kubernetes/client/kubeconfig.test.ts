// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ConfigError } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { parseKubeconfig } from './kubeconfig.ts'

const path = '/etc/cni/net.d/multus.d/multus.kubeconfig'
const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
const base64 = Buffer.from(pem).toString('base64')

function kubeconfig({ cluster = {}, user = {} }: { cluster?: JsonObject; user?: JsonObject }): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'local', cluster: { server: 'https://[10.96.0.1]:443', ...cluster } }],
    users: [{ name: 'multus', user }],
    contexts: [
      { name: 'multus-context', context: { cluster: 'local', user: 'multus', namespace: 'kube-system' } },
    ],
    'current-context': 'multus-context',
  }
}

const problem = (content: JsonObject): ConfigError => {
  try {
    parseKubeconfig([{ path, content }])
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error
  }
  return assert.fail('it was accepted')
}

describe('parseKubeconfig()', () => {
  it('reads the file that upstream writes, with its bracketed IPv4 address', () => {
    const content = kubeconfig({ cluster: { 'certificate-authority-data': base64 }, user: { token: 't' } })
    const { server, ca, token, namespace } = parseKubeconfig([{ path, content }])
    assert.deepEqual(
      { server, ca, token, namespace },
      { server: 'https://10.96.0.1', ca: { text: pem }, token: 't', namespace: 'kube-system' },
    )
  })

  it('takes paths relative to the file that they stand in', () => {
    const user = { tokenFile: 'token', 'client-certificate': '/abs/cert.pem', 'client-key': '../key.pem' }
    const config = parseKubeconfig([
      { path, content: kubeconfig({ cluster: { 'certificate-authority': 'ca.crt' }, user }) },
    ])
    assert.deepEqual(config.ca, { file: '/etc/cni/net.d/multus.d/ca.crt' })
    assert.equal(config.tokenFile, '/etc/cni/net.d/multus.d/token')
    assert.deepEqual(config.clientCertificate, { file: '/abs/cert.pem' })
    assert.deepEqual(config.clientKey, { file: '/etc/cni/net.d/key.pem' })
  })

  it('prefers data over files', () => {
    const user = {
      'client-certificate': 'a.pem',
      'client-certificate-data': base64,
      'client-key-data': base64,
    }
    const config = parseKubeconfig([{ path, content: kubeconfig({ user }) }])
    assert.deepEqual(config.clientCertificate, { text: pem })
  })

  it('takes the first of parts with the same name when there are several files', () => {
    const first = { contexts: [{ name: 'multus-context', context: { cluster: 'other', user: 'multus' } }] }
    const second = {
      ...kubeconfig({ user: { token: 't' } }),
      clusters: [{ name: 'other', cluster: { server: 'https://b' } }],
    }
    const config = parseKubeconfig([
      { path: '/a', content: first },
      { path: '/b', content: second },
    ])
    assert.deepEqual([config.server, config.token], ['https://b', 't'])
  })

  it('takes the context that is asked for', () => {
    const content = { ...kubeconfig({}), 'current-context': 'gone' }
    assert.equal(parseKubeconfig([{ path, content }], 'multus-context').server, 'https://10.96.0.1')
    assert.equal(
      problem(content).message,
      `${path}: contexts: has no context "gone"; there are: multus-context`,
    )
  })

  it('reads insecure-skip-tls-verify, but not together with a CA', () => {
    const cluster = { 'insecure-skip-tls-verify': true }
    assert.equal(parseKubeconfig([{ path, content: kubeconfig({ cluster }) }]).insecureSkipTlsVerify, true)
    const both = kubeconfig({ cluster: { ...cluster, 'certificate-authority': 'ca.crt' } })
    assert.match(problem(both).message, /clusters\[0\]\.cluster: has both a certificate authority and/)
  })

  for (const [key, value] of [
    ['exec', { command: 'aws' }],
    ['auth-provider', { name: 'gcp' }],
    ['as', 'somebody'],
  ] as const) {
    it(`says that ${key} is not supported, and what is`, () => {
      const { message } = problem(kubeconfig({ user: { [key]: value } }))
      assert.ok(message.startsWith(`${path}: users[0].user.${key}: `), message)
      assert.match(message, /not supported; use a token/)
    })
  }

  it('names the key of a bad address, of bad data and of an absent part', () => {
    assert.match(
      problem(kubeconfig({ cluster: { server: 'ftp://x' } })).message,
      /clusters\[0\]\.cluster\.server: "ftp:/,
    )
    const bad = kubeconfig({ cluster: { 'certificate-authority-data': 'bm8=' } })
    assert.match(problem(bad).message, /certificate-authority-data: is not PEM in base64$/)
    assert.match(problem({ 'current-context': '' }).message, /current-context: is empty/)
    assert.match(problem({ 'current-context': 'x' }).message, /has no context "x"; there are none$/)
  })
})
