// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseJsonList } from './json-list.ts'

const parse = (value: unknown) =>
  parseJsonList(typeof value === 'string' ? value : JSON.stringify(value), 'pod-ns')
const jsonError =
  'parsePodNetworkAnnotation: failed to parse pod Network Attachment Selection Annotation JSON format: '

describe('parseJsonList()', () => {
  test('reads every member that Multus knows (ANN-10)', () => {
    const element = {
      name: 'net1',
      namespace: 'other',
      ips: ['10.1.1.11/24', '2001:db8::7'],
      mac: '02:23:45:67:89:01',
      'infiniband-guid': '24:8a:07:03:00:8d:ae:2e',
      interface: 'data0',
      portMappings: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp', hostIP: '' }],
      bandwidth: { ingressRate: 800, egressRate: 200 },
      deviceID: '0000:03:02.0',
      'cni-args': { a: 1 },
      'default-route': ['10.1.1.1', 'fd00::1'],
      'ipam-claim-reference': 'ignored',
      gateway: ['ignored'],
    }
    assert.deepEqual(parse([element]), [
      {
        name: 'net1',
        namespace: 'other',
        ips: ['10.1.1.11/24', '2001:db8::7'],
        mac: '02:23:45:67:89:01',
        infinibandGuid: '24:8a:07:03:00:8d:ae:2e',
        interfaceName: 'data0',
        portMappings: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }],
        bandwidth: { ingressRate: 800, ingressBurst: 0, egressRate: 200, egressBurst: 0 },
        deviceId: '0000:03:02.0',
        cniArgs: { a: 1 },
        defaultRoute: ['10.1.1.1', 'fd00::1'],
      },
    ])
  })

  test('takes the namespace of the pod, and interfaceRequest only without interface', () => {
    assert.deepEqual(parse([{ name: 'a', interfaceRequest: 'old0' }]), [
      { name: 'a', namespace: 'pod-ns', interfaceName: 'old0' },
    ])
    assert.equal(
      parse([{ name: 'a', interface: 'new0', interfaceRequest: 'old0' }])[0]?.interfaceName,
      'new0',
    )
  })

  test('matches member names in any case, as Go does (JSON-1)', () => {
    assert.deepEqual(parse('[{"NAME": "a", "Mac": "02:00:00:00:00:01"}]'), [
      { name: 'a', namespace: 'pod-ns', mac: '02:00:00:00:00:01' },
    ])
  })

  test('keeps an empty default-route apart from none and from null (ANN-11)', () => {
    const [empty, none, absent] = parse([
      { name: 'a', 'default-route': [] },
      { name: 'a', 'default-route': null },
      { name: 'a' },
    ])
    assert.deepEqual(empty?.defaultRoute, [])
    assert.equal(none?.defaultRoute, undefined)
    assert.equal(absent?.defaultRoute, undefined)
  })

  test('gives nothing for an empty list, and every element of a list with doubles (ANN-9, ANN-13)', () => {
    assert.deepEqual(parse('[]'), [])
    assert.equal(parse([{ name: 'a' }, { name: 'a' }]).length, 2)
  })

  test('refuses what is no list of objects, a null element included (ANN-9, BUG-15)', () => {
    for (const [text, problem] of [
      ['[{"name": "net-a"', 'unexpected end of JSON input'],
      [
        '{"name": "a"}',
        'json: cannot unmarshal object into Go value of type []*types.NetworkSelectionElement',
      ],
      ['[null]', 'json: cannot unmarshal null into Go value of type types.NetworkSelectionElement'],
      ['["a"]', 'json: cannot unmarshal string into Go value of type types.NetworkSelectionElement'],
      [
        '[{"name": 3}]',
        'json: cannot unmarshal number into Go struct field NetworkSelectionElement.name of type string',
      ],
      [
        '[{"name": "a", "ips": "10.0.0.1"}]',
        'json: cannot unmarshal string into Go struct field NetworkSelectionElement.ips of type []string',
      ],
      ['[{"name": "a", "default-route": ["x"]}]', 'invalid IP address: x'],
    ] as const) {
      assert.throws(() => parse(text), { id: 'multus/annotation-invalid', message: jsonError + problem })
    }
  })

  test("checks MAC, GUID and addresses in upstream's words (ANN-10, ANN-12)", () => {
    const element = { name: 'a', ips: ['300.1.1.1'] }
    assert.throws(() => parse([element]), { message: 'failed to parse IP address "300.1.1.1"' })
    assert.throws(() => parse([{ ...element, ips: ['010.1.1.1'] }]), {
      message: 'failed to parse IP address "010.1.1.1"',
    })
    assert.throws(() => parse([{ ...element, ips: ['10.1.1.1/33'] }]), {
      message: 'failed to parse CIDR "10.1.1.1/33": invalid CIDR address: 10.1.1.1/33',
    })
    assert.throws(() => parse([{ ...element, mac: 'zz' }]), {
      message: 'parsePodNetworkAnnotation: failed to mac: address zz: invalid MAC address',
    })
    assert.throws(() => parse([{ ...element, 'infiniband-guid': 'zz' }]), {
      message:
        'parsePodNetworkAnnotation: failed to validate infiniband GUID: address zz: invalid MAC address',
    })
  })
})
