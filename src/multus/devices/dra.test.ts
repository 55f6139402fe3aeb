// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../base/index.ts'
import { startFakeApiServer } from '../fakes/fake-api-server.ts'
import { readClaimedDevices } from './dra.ts'

const pod = { namespace: 'default', name: 'web', uid: 'u1' }
const dra = '/apis/resource.k8s.io/v1'
const result = (device: string, request = 'nic') => ({ request, driver: 'd', pool: 'p', device })
const claimOf = (...results: object[]): JsonObject =>
  JSON.parse(JSON.stringify({ status: { allocation: { devices: { results } } } }))
const device = (name: string, id?: string, resource?: string) => ({
  name,
  attributes: {
    ...(id && { 'k8s.cni.cncf.io/deviceID': { string: id } }),
    ...(resource && { 'k8s.cni.cncf.io/resourceName': { string: resource } }),
  },
})

interface World {
  readonly status: JsonObject
  readonly claims?: Readonly<Record<string, JsonObject>>
  readonly devices?: readonly object[]
}

async function look({ status, claims = {}, devices = [] }: World) {
  const slice = {
    metadata: { name: 's' },
    spec: { driver: 'd', pool: { name: 'p' }, nodeName: 'n1', devices },
  }
  await using api = await startFakeApiServer({
    '/api/v1/namespaces/default/pods/web': { metadata: { name: 'web' }, spec: { nodeName: 'n1' }, status },
    [`${dra}/resourceslices`]: JSON.parse(
      JSON.stringify({ metadata: { resourceVersion: '1' }, items: [slice] }),
    ),
    ...Object.fromEntries(
      Object.entries(claims).map(([name, claim]) => [
        `${dra}/namespaces/default/resourceclaims/${name}`,
        claim,
      ]),
    ),
  })
  const found = await readClaimedDevices(api.client, pod)
  return { found, requests: api.requests.slice(1) }
}

const claimed = (...names: string[]): JsonObject => ({
  resourceClaimStatuses: names.map((name) => ({ name, resourceClaimName: name })),
})

describe('readClaimedDevices()', () => {
  test('asks nothing for a pod without claims', async () => {
    const { found, requests } = await look({ status: {} })
    assert.deepEqual([found, requests], [new Map(), []])
  })

  test('gives the devices by the resource name of their slice (DEV-7)', async () => {
    const { found } = await look({
      status: claimed('c1', 'c2'),
      claims: { c1: claimOf(result('a'), result('b')), c2: claimOf(result('c')) },
      devices: [
        device('a', 'id-a', 'r1'),
        device('b', 'id-b', 'r2'),
        device('c', 'id-c', 'r1'),
        device('x', 'no', 'r1'),
      ],
    })
    assert.deepEqual(
      found,
      new Map([
        ['r1', ['id-a', 'id-c']],
        ['r2', ['id-b']],
      ]),
    )
  })

  test('reads each claim once and the slices of a driver once', async () => {
    const { requests } = await look({
      status: claimed('c1', 'c1'),
      claims: { c1: claimOf(result('a'), result('a')) },
      devices: [device('a', 'id-a', 'r1')],
    })
    assert.deepEqual(
      requests.map((request) => request.split(/[?&]/)[0]),
      [`GET ${dra}/namespaces/default/resourceclaims/c1`, `GET ${dra}/resourceslices`],
    )
    assert.match(requests[1] ?? '', /fieldSelector=spec\.nodeName=n1,spec\.driver=d/)
  })

  test('leaves out devices that are not for networks', async () => {
    const { found } = await look({
      status: claimed('c1'),
      claims: { c1: claimOf(result('gpu'), result('half'), result('gone'), result('a')) },
      devices: [device('gpu'), device('half', 'id'), device('a', 'id-a', 'r1')],
    })
    assert.deepEqual(found, new Map([['r1', ['id-a']]]))
  })

  test("fails for a claim without devices, or one that is gone, in upstream's words", async () => {
    await assert.rejects(look({ status: claimed('c1'), claims: { c1: {} } }), {
      message: 'claim c1 has no device allocation',
    })
    await assert.rejects(look({ status: claimed('c1') }), { id: 'kubernetes/not-found' })
  })

  test('holds the devices of an extended resource to its name', async () => {
    const status = (requestName: string): JsonObject => ({
      extendedResourceClaimStatus: {
        resourceClaimName: 'c1',
        requestMappings: [{ containerName: 'c', resourceName: 'r1', requestName }],
      },
    })
    const claims = { c1: claimOf(result('a', 'q1'), result('b', 'q2')) }
    const devices = [device('a', 'id-a', 'r1'), device('b', 'id-b', 'other')]
    assert.deepEqual(
      (await look({ status: status('q1'), claims, devices })).found,
      new Map([['r1', ['id-a']]]),
    )
    await assert.rejects(
      look({ status: status('q2'), claims, devices }),
      /device b of claim c1 is not one of resource r1/,
    )
    await assert.rejects(look({ status: status('q3'), claims, devices }), {
      message: 'request q3 not found in claim c1',
    })
  })
})
