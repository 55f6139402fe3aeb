// SPDX-License-Identifier: Apache-2.0

import { formatTable, type TableCell } from './format-table.ts'
import type { Paint } from './paint.ts'
import { interfaceAgrees, type InterfaceRecord, type PodRecord } from './record.ts'

const heading = ['POD', 'NODE', 'INTERFACE', 'REQUESTED', 'REPORTED', 'OBSERVED', '']

/** A table of the pods' interfaces: what was asked for, what `network-status` tells, what the namespace holds. */
export function formatPods(pods: readonly PodRecord[], paint: Paint): string[] {
  if (pods.length === 0) return ['(no pods)']
  return formatTable(heading, pods.flatMap(rowsOf), paint)
}

function rowsOf(pod: PodRecord): TableCell[][] {
  const shown = pod.interfaces.filter(({ name }) => name !== 'lo')
  const name = pod.namespace === 'default' ? pod.name : `${pod.namespace}/${pod.name}`
  if (shown.length === 0) return [[name, pod.node, '', '', '', pod.phase, { text: '✘', tone: 'bad' }]]
  return shown.map((one, index) => (index === 0 ? row(name, pod.node, one) : row('', '', one)))
}

function row(name: string, node: string, one: InterfaceRecord): TableCell[] {
  return [
    { text: name, tone: 'title' },
    node,
    one.name,
    one.requested ?? '(nobody)',
    one.reported?.join(' ') ?? 'nothing',
    describeObserved(one),
    interfaceAgrees(one) ? { text: '✔', tone: 'good' } : { text: '✘', tone: 'bad' },
  ]
}

function describeObserved({ observed }: InterfaceRecord): string {
  if (observed === undefined) return 'missing'
  const addresses = observed.addresses.join(' ') || 'no address'
  return `${addresses} ${observed.kind ?? ''}${observed.up ? '' : ' DOWN'}`.trimEnd()
}
