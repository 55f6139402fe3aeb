// SPDX-License-Identifier: Apache-2.0

import { formatIp, offsetIp, parseIp } from '../../../../base/index.ts'
import type { JsonObject } from '../../../../base/index.ts'
import { numberField, objectField, objectsField, stringField } from '../../../resources/fields.ts'
import type { Cluster } from '../../cluster.ts'
import { withDefault, withEach, withValue } from '../../json/edit.ts'
import { invalid, notSupported, required } from '../../status/field-error.ts'
import type { FieldError } from '../../status/field-error.ts'
import { StatusError } from '../../status/status-error.ts'
import { dns1035Label } from '../names.ts'
import type { Strategy } from '../strategy.ts'
import { portNumberProblems } from './pod-rules.ts'

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const firstClusterIp = parseIp('10.96.0.2')
const clusterIpCount = 65_533
const firstNodePort = 30_000
const nodePortCount = 2768

/** Services: cluster addresses from 10.96.0.0/16 and node ports are given out, nothing listens on them. */
export const serviceStrategy: Strategy = {
  nameRule: dns1035Label,
  separateStatus: true,
  countsGenerations: false,
  unconditionalUpdate: true,
  createOnUpdate: false,
  withDefaults: withServiceDefaults,
  prepareCreate: (service, cluster) => ({ ...withAddresses(service, cluster), status: { loadBalancer: {} } }),
  prepareUpdate: (service, old, cluster) => withAddresses(withOldAddress(service, old), cluster),
  problems: serviceProblems,
  selectable: (service) => {
    const spec = objectField(service, 'spec')
    return {
      'spec.clusterIP': stringField(spec, 'clusterIP') ?? '',
      'spec.type': stringField(spec, 'type') ?? '',
    }
  },
}

function withServiceDefaults(service: JsonObject): JsonObject {
  const spec = objectField(service, 'spec')
  const type = stringField(spec, 'type') ?? 'ClusterIP'
  const external = type === 'ExternalName'
  const defaults: JsonObject = {
    ...(external
      ? {}
      : { internalTrafficPolicy: 'Cluster', ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' }),
    ...(type === 'NodePort' || type === 'LoadBalancer' ? { externalTrafficPolicy: 'Cluster' } : {}),
    ...(type === 'LoadBalancer' ? { allocateLoadBalancerNodePorts: true } : {}),
    sessionAffinity: 'None',
    type,
  }
  const complete = withValue(service, ['spec'], { ...defaults, ...spec })
  return withEach(complete, ['spec', 'ports'], (port) =>
    withDefault({ protocol: 'TCP', ...port }, ['targetPort'], numberField(port, 'port') ?? 0),
  )
}

/** A change that does not speak of the cluster address keeps it. */
function withOldAddress(service: JsonObject, old: JsonObject): JsonObject {
  const before = objectField(old, 'spec')
  const address = stringField(before, 'clusterIP') ?? ''
  const external = stringField(objectField(service, 'spec'), 'type') === 'ExternalName'
  if (address === '' || external) return service
  return withDefault(service, ['spec', 'clusterIP'], address)
}

function withAddresses(service: JsonObject, { store }: Cluster): JsonObject {
  const spec = objectField(service, 'spec')
  const type = stringField(spec, 'type')
  if (type === 'ExternalName') return service
  const others = store.list('services').filter((other) => uidOf(other) !== uidOf(service))
  const address = stringField(spec, 'clusterIP') || freeAddress(others)
  const addressed = withValue(service, ['spec'], { ...spec, clusterIP: address, clusterIPs: [address] })
  if (type !== 'NodePort' && type !== 'LoadBalancer') return addressed
  const used = new Set([service, ...others].flatMap(nodePortsOf))
  return withEach(addressed, ['spec', 'ports'], (port) => {
    if ((numberField(port, 'nodePort') ?? 0) > 0) return port
    const free = Array.from({ length: nodePortCount }, (_, index) => firstNodePort + index).find(
      (one) => !used.has(one),
    )
    if (free === undefined) throw exhausted('node ports')
    used.add(free)
    return { ...port, nodePort: free }
  })
}

function freeAddress(others: readonly JsonObject[]): string {
  const used = new Set(others.map((other) => stringField(objectField(other, 'spec'), 'clusterIP') ?? ''))
  for (let index = 0; index < clusterIpCount; index += 1) {
    const address = formatIp(offsetIp(firstClusterIp, index))
    if (!used.has(address)) return address
  }
  throw exhausted('cluster addresses')
}

function exhausted(what: string): StatusError {
  return new StatusError({
    code: 500,
    reason: 'InternalError',
    message: `Internal error occurred: no ${what} are left`,
  })
}

function nodePortsOf(service: JsonObject): readonly number[] {
  return objectsField(objectField(service, 'spec'), 'ports').flatMap(
    (port) => numberField(port, 'nodePort') ?? [],
  )
}

function uidOf(service: JsonObject): string | undefined {
  return stringField(objectField(service, 'metadata'), 'uid')
}

function serviceProblems(service: JsonObject): readonly FieldError[] {
  const spec = objectField(service, 'spec')
  const type = stringField(spec, 'type') ?? ''
  const ports = objectsField(spec, 'ports')
  const portless = type === 'ExternalName' || stringField(spec, 'clusterIP') === 'None'
  return [
    ...(types.includes(type) ? [] : [notSupported('spec.type', type, types)]),
    ...(ports.length === 0 && !portless ? [required('spec.ports')] : []),
    ...ports.flatMap((port, index) => servicePortProblems(port, `spec.ports[${index}]`, ports.length > 1)),
    ...(type === 'ExternalName' && (stringField(spec, 'externalName') ?? '') === ''
      ? [required('spec.externalName')]
      : []),
  ]
}

const protocols = ['SCTP', 'TCP', 'UDP']

function servicePortProblems(port: JsonObject, path: string, named: boolean): readonly FieldError[] {
  const protocol = stringField(port, 'protocol') ?? ''
  const name = stringField(port, 'name') ?? ''
  return [
    ...(named && name === '' ? [required(`${path}.name`)] : []),
    ...portNumberProblems(numberField(port, 'port') ?? 0, `${path}.port`),
    ...(protocols.includes(protocol) ? [] : [notSupported(`${path}.protocol`, protocol, protocols)]),
    ...(port['targetPort'] === '' ? [invalid(`${path}.targetPort`, '', 'must not be empty')] : []),
  ]
}
