// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CniCall } from '../requests/cni-call.ts'
import { ask, ok, startServer } from './fakes/started-server.ts'

const network = Buffer.from('{"cniVersion":"0.4.0","name":"lan","type":"macvlan"}')
const config = network.toString('base64')
const CNI_ARGS = 'K8S_POD_NAMESPACE=default;K8S_POD_NAME=web;K8S_POD_UID=u1'
const env = {
  CNI_COMMAND: 'ADD',
  CNI_CONTAINERID: 'c1',
  CNI_NETNS: '/run/netns/n1',
  CNI_IFNAME: 'ens4',
  CNI_ARGS,
}
const head = `ContainerID:"c1" Netns:"/run/netns/n1" IfName:"ens4" Args:"${CNI_ARGS}" Path:"" ERRORED: `

describe('POST /delegate', () => {
  test('hands over the network, and what the controller asks of the attachment', async (context) => {
    const calls: CniCall[] = []
    const { server } = await startServer(context, (call) => {
      calls.push(call)
      return Promise.resolve('{"cniVersion":"1.1.0","ips":[{"address":"10.1.2.11/24"}]}')
    })
    const interfaceAttributes = { ips: ['10.1.2.11/24'], mac: '02:00:00:00:00:01', 'cni-args': { a: 1 } }
    const body = { env, config, interfaceAttributes }
    const answer = await ask(server.path, 'POST', '/delegate', { body })
    assert.deepEqual(answer, {
      status: 200,
      body: '{"Result":{"cniVersion":"1.1.0","ips":[{"address":"10.1.2.11/24"}]}}',
    })
    const [{ gone: _gone, ...call } = assert.fail()] = calls
    assert.deepEqual(call, {
      program: 'multus-shim',
      environment: { ...env, CNI_PATH: '/opt/cni/bin' },
      stdin: network,
      asksOnce: false,
      delegate: { ips: ['10.1.2.11/24'], mac: '02:00:00:00:00:01', cniArgs: { a: 1 } },
    })
  })

  test('takes what the controller sends when nothing is asked', async (context) => {
    const seen: unknown[] = []
    const { server } = await startServer(context, ({ delegate }) => {
      seen.push(delegate)
      return Promise.resolve('')
    })
    for (const interfaceAttributes of [undefined, null, { 'cni-args': null }, { ips: [], mac: '' }]) {
      const body = { env: { ...env, CNI_COMMAND: 'DEL' }, config, interfaceAttributes }
      assert.deepEqual(await ask(server.path, 'POST', '/delegate', { body }), { status: 200, body: '' })
    }
    assert.deepEqual(seen, [{}, {}, {}, {}])
  })

  test("gives an error as upstream's text around it", async (context) => {
    const { server } = await startServer(context, () => Promise.reject(new Error('boom')))
    assert.deepEqual(await ask(server.path, 'POST', '/delegate', { body: { env, config } }), {
      status: 400,
      body: `${head}error configuring pod [default/web] networking: boom\n`,
    })
  })

  const attribute = 'json: cannot unmarshal number into Go struct field Request.interfaceAttributes'
  const refused: readonly (readonly [string, object, string])[] = [
    [
      'STATUS without a pod',
      { env: { CNI_COMMAND: 'STATUS' } },
      "could not extract the kubernetes runtime args: invalid CNI_ARG ''",
    ],
    ['an unknown command', { env: { ...env, CNI_COMMAND: 'FLY' } }, `${head}unknown cmd type: FLY`],
    [
      'attributes that are no object',
      { interfaceAttributes: 1 },
      `${attribute} of type api.DelegateInterfaceAttributes`,
    ],
    ['addresses that are no list', { interfaceAttributes: { ips: 1 } }, `${attribute}.ips of type []string`],
    ['an address that is no text', { interfaceAttributes: { ips: [1] } }, `${attribute}.ips of type string`],
    ['a MAC that is no text', { interfaceAttributes: { mac: 1 } }, `${attribute}.mac of type string`],
    [
      'arguments that are no object',
      { interfaceAttributes: { 'cni-args': 1 } },
      `${attribute}.cni-args of type map[string]interface {}`,
    ],
    [
      'an address that brings an argument with it',
      { interfaceAttributes: { ips: ['10.1.2.3/24;K8S_POD_NAME=other'] } },
      'failed to parse IP address "10.1.2.3/24;K8S_POD_NAME=other"',
    ],
    ['a MAC that is none', { interfaceAttributes: { mac: 'x' } }, 'address x: invalid MAC address'],
  ]
  for (const [what, change, text] of refused) {
    test(`refuses ${what}`, async (context) => {
      const { server } = await startServer(context, ok)
      const body = { env, config, ...change }
      assert.deepEqual(await ask(server.path, 'POST', '/delegate', { body }), {
        status: 400,
        body: `${text}\n`,
      })
    })
  }
})
