// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../../base/index.ts'
import { numberField, objectField, objectsField, stringField } from '../../../resources/fields.ts'
import type { Cluster } from '../../cluster.ts'
import { withValue } from '../../json/edit.ts'
import { forbidden } from '../../status/refusals.ts'
import { nameOf, namespaceOf } from '../metadata.ts'
import { dnsSubdomain } from '../names.ts'
import type { Strategy } from '../strategy.ts'
import { withAdmissionDefaults, withPodSpecDefaults } from './pod-defaults.ts'
import { podChangeProblems, podSpecProblems } from './pod-rules.ts'

/** Pods: defaults, the spec that hardly changes, deletion that waits for the node. */
export const podStrategy: Strategy = {
  nameRule: dnsSubdomain,
  separateStatus: true,
  countsGenerations: false,
  unconditionalUpdate: true,
  createOnUpdate: false,
  withDefaults: (pod) =>
    withValue(pod, ['spec'], withAdmissionDefaults(withPodSpecDefaults(objectField(pod, 'spec')))),
  prepareCreate: (pod) => ({ ...pod, status: { phase: 'Pending', qosClass: qosClassOf(pod) } }),
  admit: checkServiceAccount,
  problems: (pod) => podSpecProblems(objectField(pod, 'spec'), 'spec'),
  changeProblems: podChangeProblems,
  selectable: (pod) => {
    const spec = objectField(pod, 'spec')
    const status = objectField(pod, 'status')
    return {
      'spec.nodeName': stringField(spec, 'nodeName') ?? '',
      'spec.restartPolicy': stringField(spec, 'restartPolicy') ?? '',
      'spec.schedulerName': stringField(spec, 'schedulerName') ?? '',
      'spec.serviceAccountName': stringField(spec, 'serviceAccountName') ?? '',
      'spec.hostNetwork': String(spec['hostNetwork'] === true),
      'status.phase': stringField(status, 'phase') ?? '',
      'status.podIP': stringField(status, 'podIP') ?? '',
      'status.nominatedNodeName': stringField(status, 'nominatedNodeName') ?? '',
    }
  },
  gracePeriodSeconds: podGracePeriod,
}

/** A pod on a node is finished by that node, unless its containers are over; any other pod goes at once. */
function podGracePeriod(pod: JsonObject, asked: number | undefined): number {
  const spec = objectField(pod, 'spec')
  const phase = stringField(objectField(pod, 'status'), 'phase')
  if ((stringField(spec, 'nodeName') ?? '') === '' || phase === 'Failed' || phase === 'Succeeded') return 0
  return asked ?? numberField(spec, 'terminationGracePeriodSeconds') ?? 30
}

function checkServiceAccount(pod: JsonObject, { store }: Cluster): void {
  const account = stringField(objectField(pod, 'spec'), 'serviceAccountName') ?? 'default'
  const namespace = namespaceOf(pod)
  // The default account comes with its namespace, so only what somebody named can be missing.
  if (account === 'default' || store.get('serviceaccounts', namespace, account) !== undefined) return
  throw forbidden(
    { group: '', plural: 'pods' },
    nameOf(pod),
    `error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`,
  )
}

function qosClassOf(pod: JsonObject): string {
  const spec = objectField(pod, 'spec')
  const containers = [...objectsField(spec, 'containers'), ...objectsField(spec, 'initContainers')]
  const resources = containers.map((container) => objectField(container, 'resources'))
  const kinds = ['cpu', 'memory']
  const amount = (list: JsonObject, key: string, kind: string) => objectField(list, key)[kind]
  if (
    resources.every((one) =>
      kinds.every(
        (kind) => amount(one, 'limits', kind) === undefined && amount(one, 'requests', kind) === undefined,
      ),
    )
  ) {
    return 'BestEffort'
  }
  const guaranteed = resources.every((one) =>
    kinds.every((kind) => {
      const limit = amount(one, 'limits', kind)
      return limit !== undefined && (amount(one, 'requests', kind) ?? limit) === limit
    }),
  )
  return guaranteed ? 'Guaranteed' : 'Burstable'
}
