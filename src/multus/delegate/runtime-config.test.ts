// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readRuntimeConfig } from '../config/runtime-config.ts'
import { asMaster, loadDelegate } from './load.ts'
import { capabilityArgs, deviceInfoPath } from './runtime-config.ts'

const key = { containerId: 'c1', interfaceName: 'net1' }
const runtime = readRuntimeConfig({
  portMappings: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp', hostIP: '' }],
  bandwidth: { ingressRate: 100 },
  dns: { servers: ['10.96.0.10'] },
  cgroupPath: '/kubepods',
})
const selection = {
  name: 'net1',
  namespace: 'ns',
  ips: ['10.0.0.1/24'],
  mac: '02:00:00:00:00:01',
  infinibandGuid: '24:8a:07:03:00:8d:ae:2e',
  portMappings: [{ hostPort: 1, containerPort: 2 }],
}
const delegate = loadDelegate('{"type":"a","name":"n"}', { selection })

describe('capabilityArgs()', () => {
  test("lays the pod's requests over what the runtime gave (RC-1, RC-2)", () => {
    assert.deepEqual(capabilityArgs(runtime, delegate, key), {
      portMappings: [{ hostPort: 1, containerPort: 2 }],
      bandwidth: { ingressRate: 100, ingressBurst: 0, egressRate: 0, egressBurst: 0 },
      ips: ['10.0.0.1/24'],
      mac: '02:00:00:00:00:01',
      infinibandGUID: '24:8a:07:03:00:8d:ae:2e',
    })
  })

  test("gives the default network the runtime's values alone, unknown members included (DN-5, BUG-18)", () => {
    assert.deepEqual(capabilityArgs(runtime, asMaster(delegate), key), {
      portMappings: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }],
      bandwidth: { ingressRate: 100, ingressBurst: 0, egressRate: 0, egressBurst: 0 },
      dns: { servers: ['10.96.0.10'] },
      cgroupPath: '/kubepods',
    })
  })

  test('leaves out what is empty (RC-4)', () => {
    const empty = readRuntimeConfig({ portMappings: [], ips: [], mac: '', deviceID: '' })
    assert.deepEqual(capabilityArgs(empty, loadDelegate('{"type":"a"}'), key), {})
  })

  test('names the file of device information for a device, over one of the runtime (RC-3)', () => {
    const withDevice = loadDelegate('{"type":"a"}', {
      selection,
      device: { resourceName: 'r', id: '0000:00:00.1' },
    })
    const args = capabilityArgs(readRuntimeConfig({ CNIDeviceInfoFile: '/x' }), withDevice, key)
    assert.equal(args.deviceID, '0000:00:00.1')
    assert.equal(args.CNIDeviceInfoFile, '/var/run/k8s.cni.cncf.io/devinfo/cni/ns-net1-c1_net1')
    assert.equal(deviceInfoPath('a/b/c', key), '/var/run/k8s.cni.cncf.io/devinfo/cni/a-b-c-c1_net1')
  })
})

test('readRuntimeConfig() refuses members of a wrong type', () => {
  assert.throws(() => readRuntimeConfig({ portMappings: {} }), /RuntimeConfig.portMappings/)
  assert.throws(
    () => readRuntimeConfig({ portMappings: [{ hostPort: '80' }] }),
    /PortMapEntry.hostPort of type int/,
  )
  assert.throws(() => readRuntimeConfig({ mac: 3 }), /RuntimeConfig.mac of type string/)
})
