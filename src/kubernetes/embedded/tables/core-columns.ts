// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import {
  numberField,
  objectField,
  objectsField,
  stringField,
  stringsField,
  stringMapField,
} from '../../resources/fields.ts'
import { ageColumn, nameColumn } from './shared-columns.ts'
import type { TableColumns } from './table.ts'

/** Columns of namespaces. */
export const namespaceColumns: TableColumns = [
  nameColumn,
  { name: 'Status', cell: (namespace) => stringField(objectField(namespace, 'status'), 'phase') ?? '' },
  ageColumn,
]

const dataCount = (object: JsonObject): number =>
  Object.keys(objectField(object, 'data')).length + Object.keys(objectField(object, 'binaryData')).length

/** Columns of config maps. */
export const configMapColumns: TableColumns = [
  nameColumn,
  { name: 'Data', type: 'string', cell: dataCount },
  ageColumn,
]

/** Columns of secrets. */
export const secretColumns: TableColumns = [
  nameColumn,
  { name: 'Type', cell: (secret) => stringField(secret, 'type') ?? '' },
  { name: 'Data', type: 'string', cell: dataCount },
  ageColumn,
]

/** Columns of service accounts. */
export const serviceAccountColumns: TableColumns = [
  nameColumn,
  { name: 'Secrets', type: 'string', cell: (account) => objectsField(account, 'secrets').length },
  ageColumn,
]

/** Columns of leases. */
export const leaseColumns: TableColumns = [
  nameColumn,
  { name: 'Holder', cell: (lease) => stringField(objectField(lease, 'spec'), 'holderIdentity') ?? '' },
  ageColumn,
]

/** Columns of services. */
export const serviceColumns: TableColumns = [
  nameColumn,
  { name: 'Type', cell: (service) => stringField(objectField(service, 'spec'), 'type') ?? '' },
  {
    name: 'Cluster-IP',
    cell: (service) => stringField(objectField(service, 'spec'), 'clusterIP') || '<none>',
  },
  { name: 'External-IP', cell: externalAddress },
  { name: 'Port(s)', cell: servicePorts },
  ageColumn,
  {
    name: 'Selector',
    priority: 1,
    cell: (service) => {
      const labels = Object.entries(stringMapField(objectField(service, 'spec'), 'selector'))
      return labels.map(([key, value]) => `${key}=${value}`).join(',') || '<none>'
    },
  },
]

function externalAddress(service: JsonObject): string {
  const spec = objectField(service, 'spec')
  const type = stringField(spec, 'type')
  if (type === 'ExternalName') return stringField(spec, 'externalName') ?? '<none>'
  const listed = stringsField(spec, 'externalIPs')
  if (type !== 'LoadBalancer') return listed.join(',') || '<none>'
  const ingress = objectsField(objectField(objectField(service, 'status'), 'loadBalancer'), 'ingress')
  const given = ingress.map((one) => stringField(one, 'ip') || (stringField(one, 'hostname') ?? ''))
  return [...given, ...listed].join(',') || '<pending>'
}

function servicePorts(service: JsonObject): string {
  const ports = objectsField(objectField(service, 'spec'), 'ports').map((port) => {
    const nodePort = numberField(port, 'nodePort') ?? 0
    const number = numberField(port, 'port') ?? 0
    return `${number}${nodePort > 0 ? `:${nodePort}` : ''}/${stringField(port, 'protocol') ?? 'TCP'}`
  })
  return ports.join(',') || '<none>'
}

/** Columns of endpoints. */
export const endpointsColumns: TableColumns = [nameColumn, { name: 'Endpoints', cell: endpoints }, ageColumn]

const shownEndpoints = 3

function endpoints(object: JsonObject): string {
  const all = objectsField(object, 'subsets').flatMap((subset) => {
    const addresses = objectsField(subset, 'addresses').map((one) => stringField(one, 'ip') ?? '')
    const ports = objectsField(subset, 'ports').map((one) => numberField(one, 'port') ?? 0)
    if (ports.length === 0) return addresses
    return ports.flatMap((port) =>
      addresses.map((ip) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)),
    )
  })
  if (all.length === 0) return '<none>'
  const more = all.length - shownEndpoints
  return all.slice(0, shownEndpoints).join(',') + (more > 0 ? ` + ${more} more...` : '')
}
