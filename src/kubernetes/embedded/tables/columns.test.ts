// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../../base/index.ts'
import { endpointsColumns, serviceColumns } from './core-columns.ts'
import { eventColumns, eventsGroupColumns } from './event-columns.ts'
import { nodeColumns } from './node-columns.ts'
import { createTable } from './table.ts'
import type { TableColumns } from './table.ts'
import { daemonSetColumns, deploymentColumns } from './workload-columns.ts'

const now = new Date('2026-01-01T01:00:00Z')
const metadata = { name: 'x', creationTimestamp: '2026-01-01T00:00:00Z' }
const row = (columns: TableColumns, object: JsonObject) =>
  columns.map((column) => column.cell({ metadata, ...object }, now))

describe('the columns', () => {
  test('of a deployment', () => {
    const template = { spec: { containers: [{ name: 'a', image: 'i' }] } }
    const spec = { replicas: 3, selector: { matchLabels: { app: 'x' } }, template }
    const status = { readyReplicas: 2, updatedReplicas: 3, availableReplicas: 2 }
    assert.deepEqual(row(deploymentColumns, { spec, status }), ['x', '2/3', 3, 2, '60m', 'a', 'i', 'app=x'])
  })

  test('of a daemon set', () => {
    const status = { desiredNumberScheduled: 3, currentNumberScheduled: 3, numberReady: 2 }
    const cells = row(daemonSetColumns, {
      spec: { template: { spec: { nodeSelector: { a: 'b' } } } },
      status,
    })
    assert.deepEqual(cells.slice(0, 8), ['x', 3, 3, 2, 0, 0, 'a=b', '60m'])
  })

  test('of a node', () => {
    const node = {
      metadata: {
        ...metadata,
        labels: { 'node-role.kubernetes.io/worker': '', 'node-role.kubernetes.io/control-plane': '' },
      },
      spec: { unschedulable: true },
      status: {
        conditions: [{ type: 'Ready', status: 'True' }],
        addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
        nodeInfo: {
          kubeletVersion: 'v1',
          osImage: 'os',
          kernelVersion: '6',
          containerRuntimeVersion: 'c://1',
        },
      },
    }
    assert.deepEqual(row(nodeColumns, node), [
      'x',
      'Ready,SchedulingDisabled',
      'control-plane,worker',
      '60m',
      'v1',
      '10.0.0.1',
      '<none>',
      'os',
      '6',
      'c://1',
    ])
    assert.deepEqual(row(nodeColumns, {}).slice(1, 3), ['Unknown', '<none>'])
  })

  test('of an event, in both forms', () => {
    const common = { type: 'Normal', reason: 'Added' }
    const core = {
      ...common,
      involvedObject: { kind: 'Pod', name: 'web' },
      message: 'added net1\n',
      source: { component: 'multus' },
      firstTimestamp: '2026-01-01T00:30:00Z',
      lastTimestamp: '2026-01-01T00:59:00Z',
      count: 4,
    }
    const cells = ['60s', 'Normal', 'Added', 'pod/web', '', 'multus', 'added net1', '30m', '4', 'x']
    assert.deepEqual(row(eventColumns, core), cells)
    const group = {
      ...common,
      regarding: core.involvedObject,
      note: core.message,
      deprecatedSource: core.source,
      deprecatedFirstTimestamp: core.firstTimestamp,
      deprecatedLastTimestamp: core.lastTimestamp,
      deprecatedCount: 4,
    }
    assert.deepEqual(row(eventsGroupColumns, group), cells)
  })

  test('of a service and of endpoints', () => {
    const spec = {
      type: 'NodePort',
      clusterIP: '10.96.0.9',
      ports: [{ port: 80, nodePort: 30_080, protocol: 'TCP' }],
    }
    assert.deepEqual(row(serviceColumns, { spec }).slice(1, 5), [
      'NodePort',
      '10.96.0.9',
      '<none>',
      '80:30080/TCP',
    ])
    const addresses = ['1.1.1.1', '1.1.1.2', '1.1.1.3', '1.1.1.4'].map((ip) => ({ ip }))
    const subsets = [{ addresses, ports: [{ port: 80 }] }]
    assert.equal(row(endpointsColumns, { subsets })[1], '1.1.1.1:80,1.1.1.2:80,1.1.1.3:80 + 1 more...')
  })
})

describe('a table', () => {
  const columns = [{ name: 'Name', format: 'name', cell: () => 'x' }]
  const objects = [{ metadata: { name: 'x', resourceVersion: '7' }, spec: { a: 1 } }]
  const base = { columns, objects, version: 'v1', now }

  test('carries nothing, the metadata or the whole of each object', () => {
    const [none, meta, whole] = (['None', 'Metadata', 'Object'] as const).map((include) =>
      createTable({ ...base, include }),
    )
    assert.deepEqual(none?.['rows'], [{ cells: ['x'] }])
    assert.partialDeepStrictEqual(meta?.['rows'], [
      { object: { kind: 'PartialObjectMetadata', metadata: objects[0]?.metadata } },
    ])
    assert.partialDeepStrictEqual(whole?.['rows'], [{ object: { spec: { a: 1 } } }])
  })

  test('leaves out the definitions when asked, and has the version of its only object', () => {
    const table = createTable({ ...base, include: 'None', withDefinitions: false })
    assert.partialDeepStrictEqual(table, { columnDefinitions: [], metadata: { resourceVersion: '7' } })
  })
})
