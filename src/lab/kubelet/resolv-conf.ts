// SPDX-License-Identifier: Apache-2.0

import type { PodSpec } from '../cluster/pod-spec.ts'

const clusterDomain = 'cluster.local'
const clusterDns = '10.96.0.10'

interface Resolver {
  readonly nameservers: readonly string[]
  readonly searches: readonly string[]
  readonly options: readonly string[]
}

/**
 * The `/etc/resolv.conf` of a pod by its `dnsPolicy`, with `dnsConfig` added to it, as the kubelet makes it.
 *
 * @param nodeResolvConf that of the node, for the policy `Default`.
 */
export function resolvConf(
  { dnsPolicy, dnsConfig }: Pick<PodSpec, 'dnsPolicy' | 'dnsConfig'>,
  namespace: string,
  nodeResolvConf: string,
): string {
  const base = baseOf(dnsPolicy, namespace, nodeResolvConf)
  const options = new Map(base.options.map((option) => [option.split(':', 1)[0], option]))
  for (const { name, value } of dnsConfig?.options ?? []) {
    options.set(name, value === undefined || value === '' ? name : `${name}:${value}`)
  }
  return format({
    nameservers: unique([...base.nameservers, ...(dnsConfig?.nameservers ?? [])]),
    searches: unique([...base.searches, ...(dnsConfig?.searches ?? [])]),
    options: [...options.values()],
  })
}

function baseOf(policy: string, namespace: string, nodeResolvConf: string): Resolver {
  if (policy === 'None') return { nameservers: [], searches: [], options: [] }
  if (policy === 'Default') return parse(nodeResolvConf)
  return {
    nameservers: [clusterDns],
    searches: [`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain],
    options: ['ndots:5'],
  }
}

function parse(text: string): Resolver {
  const values = (keyword: string): string[] =>
    text
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([first]) => first === keyword)
      .flatMap((words) => words.slice(1))
  return { nameservers: values('nameserver'), searches: values('search'), options: values('options') }
}

function format({ nameservers, searches, options }: Resolver): string {
  const lines = [
    ...(searches.length === 0 ? [] : [`search ${searches.join(' ')}`]),
    ...nameservers.map((server) => `nameserver ${server}`),
    ...(options.length === 0 ? [] : [`options ${options.join(' ')}`]),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)]
}
