// SPDX-License-Identifier: Apache-2.0

import type { JsonObject, JsonValue } from '../../../../base/index.ts'
import { objectField, objectsField, stringField } from '../../../resources/fields.ts'
import { withDefault, withEach, withValue } from '../../json/edit.ts'

const specDefaults: JsonObject = {
  dnsPolicy: 'ClusterFirst',
  restartPolicy: 'Always',
  schedulerName: 'default-scheduler',
  securityContext: {},
  terminationGracePeriodSeconds: 30,
}

/** The spec of a pod, or of a pod template, with what the real server fills in. */
export function withPodSpecDefaults(spec: JsonObject): JsonObject {
  const complete: JsonObject = { ...specDefaults, ...spec }
  const hostNetwork = complete['hostNetwork'] === true
  const withContainers = ['containers', 'initContainers', 'ephemeralContainers'].reduce(
    (result, key) => withEach(result, [key], (container) => withContainerDefaults(container, hostNetwork)),
    complete,
  )
  const account = stringField(spec, 'serviceAccountName') ?? stringField(spec, 'serviceAccount')
  const named =
    account === undefined
      ? withContainers
      : { ...withContainers, serviceAccount: account, serviceAccountName: account }
  return withEach(named, ['volumes'], withVolumeDefaults)
}

/** The spec of a pod itself: the defaults that admission gives to pods but not to templates are added. */
export function withAdmissionDefaults(spec: JsonObject): JsonObject {
  const tolerations = objectsField(spec, 'tolerations')
  const added = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']
    .filter((key) => !tolerations.some((one) => tolerates(one, key)))
    .map((key) => ({ effect: 'NoExecute', key, operator: 'Exists', tolerationSeconds: 300 }))
  return {
    enableServiceLinks: true,
    preemptionPolicy: 'PreemptLowerPriority',
    priority: 0,
    serviceAccount: 'default',
    serviceAccountName: 'default',
    ...spec,
    ...(added.length === 0 ? {} : { tolerations: [...tolerations, ...added] }),
  }
}

function tolerates(toleration: JsonObject, key: string): boolean {
  const own = stringField(toleration, 'key') ?? ''
  const effect = stringField(toleration, 'effect') ?? ''
  return (own === '' || own === key) && (effect === '' || effect === 'NoExecute')
}

function withContainerDefaults(container: JsonObject, hostNetwork: boolean): JsonObject {
  const complete: JsonObject = {
    imagePullPolicy: pullPolicyFor(stringField(container, 'image') ?? ''),
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    ...container,
  }
  const withPorts = withEach(complete, ['ports'], (port) => ({
    // On the host's network a container port is a host port.
    ...(hostNetwork && port['containerPort'] !== undefined ? { hostPort: port['containerPort'] } : {}),
    protocol: 'TCP',
    ...port,
  }))
  const withProbes = ['livenessProbe', 'readinessProbe', 'startupProbe'].reduce(
    (result, key) =>
      result[key] === undefined
        ? result
        : withValue(result, [key], withProbeDefaults(objectField(result, key))),
    withPorts,
  )
  return withEach(withProbes, ['env'], (variable) =>
    objectField(variable, 'valueFrom')['fieldRef'] === undefined
      ? variable
      : withDefault(variable, ['valueFrom', 'fieldRef', 'apiVersion'], 'v1'),
  )
}

/** An image without a tag, or with `latest`, is looked for again at each start. */
function pullPolicyFor(image: string): JsonValue {
  const last = image.slice(image.lastIndexOf('/') + 1)
  if (last.includes('@')) return 'IfNotPresent'
  const tag = last.includes(':') ? last.slice(last.indexOf(':') + 1) : 'latest'
  return tag === 'latest' ? 'Always' : 'IfNotPresent'
}

function withProbeDefaults(probe: JsonObject): JsonObject {
  const complete = {
    failureThreshold: 3,
    periodSeconds: 10,
    successThreshold: 1,
    timeoutSeconds: 1,
    ...probe,
  }
  return probe['httpGet'] === undefined
    ? complete
    : { ...complete, httpGet: { path: '/', scheme: 'HTTP', ...objectField(probe, 'httpGet') } }
}

const defaultModeSources = ['configMap', 'secret', 'projected', 'downwardAPI']

function withVolumeDefaults(volume: JsonObject): JsonObject {
  const source = defaultModeSources.find((key) => volume[key] !== undefined)
  const complete = source === undefined ? volume : withDefault(volume, [source, 'defaultMode'], 0o644)
  if (complete['hostPath'] !== undefined) return withDefault(complete, ['hostPath', 'type'], '')
  return Object.keys(complete).length === 1 && complete['name'] !== undefined
    ? { ...complete, emptyDir: {} }
    : complete
}
