// SPDX-License-Identifier: Apache-2.0

// What the author of a pod can get wrong in the annotation that asks for networks.

import { before, describe, test } from 'node:test'
import { checkLeaks, skip as noNamespaces } from '../netns/fixture.ts'
import { skip as noShim } from '../shim/build-shim.ts'
import { assertRefused, useNode } from './refusal.ts'
import type { Refusal } from './refusal.ts'
import { macvlanOnCard } from './test-node.ts'

checkLeaks()

const prefix = 'Multus: [POD]: error loading k8s delegates k8s args: '
const noJson = `${prefix}parsePodNetworkAnnotation: failed to parse pod Network Attachment Selection Annotation JSON format: `
const delegate = `${prefix}TryLoadPodDelegates: error in getting k8s network for pod: GetNetworkDelegates: failed getting the delegate: `
const correct = 'correct the annotation of the pod'

describe('an annotation that cannot be served', { skip: noShim || noNamespaces }, () => {
  const node = useNode()
  before(() => {
    for (const [name, namespace] of [['second'], ['elsewhere', 'apps'], ['elsewhere', 'zoo']] as const) {
      node().addNetwork(name, macvlanOnCard, namespace)
    }
  })

  const bad: readonly (readonly [
    string,
    string | readonly object[],
    Omit<Refusal, 'code'> & { code?: number },
  ])[] = [
    ['is cut off', '[{"name":"good"', { msg: `${noJson}unexpected end of JSON input`, details: correct }],
    [
      'has a comma too many, on several lines',
      '[\n  {"name": "good"},\n]',
      { msg: `${noJson}Unexpected token ']', ..." "good"}, ]" is not valid JSON`, details: correct },
    ],
    [
      'is no list',
      '{"name":"good"}',
      {
        msg: `${noJson}json: cannot unmarshal object into Go value of type []*types.NetworkSelectionElement`,
        details: correct,
      },
    ],
    [
      'has null for a network',
      '[null]',
      {
        msg: `${noJson}json: cannot unmarshal null into Go value of type types.NetworkSelectionElement`,
        details: correct,
      },
    ],
    [
      'has a name of a wrong type',
      '[{"name":5}]',
      {
        msg: `${noJson}json: cannot unmarshal number into Go struct field NetworkSelectionElement.name of type string`,
        details: correct,
      },
    ],
    [
      'asks for 1,000 networks',
      Array.from({ length: 1000 }, () => 'good').join(','),
      {
        msg: `${prefix}Cannot attach the pod to 1000 networks: at most 256 are possible; shorten the annotation k8s.v1.cni.cncf.io/networks`,
      },
    ],
    [
      'gives two networks one interface name',
      'good@data0,second@data0',
      {
        msg:
          '[POD:second]: error adding container to network "second": DelegateAdd: cannot set "macvlan" interface name ' +
          'to "data0": validateIfName: interface name data0 already exists: it is the interface of default/good, and ' +
          'default/second asks for it as well',
        details: 'give one of them another name with "interface" or @name',
      },
    ],
    [
      'gives a network the interface name of the default one',
      'good@eth0',
      {
        msg:
          '[POD:good]: error adding container to network "good": DelegateAdd: cannot set "macvlan" interface name to ' +
          '"eth0": validateIfName: interface name eth0 already exists: it is the interface of default-net, and ' +
          'default/good asks for it as well',
        details: 'give one of them another name with "interface" or @name',
      },
    ],
    [
      'has a name that climbs, in the short notation',
      '../good',
      {
        msg:
          `${prefix}parsePodNetworkAnnotation: parsePodNetworkObjectName: Failed to parse: one or more items did not ` +
          'match comma-delimited format (must consist of lower case alphanumeric characters). Must start and end with ' +
          "an alphanumeric character), mismatch @ '..'",
        details: correct,
      },
    ],
    [
      'has a name that climbs, in JSON',
      [{ name: '../good' }],
      {
        msg:
          `${delegate}getKubernetesDelegate: cannot find a network-attachment-definition (../good) in namespace ` +
          '(default): invalid resource name; it consists of lower case letters, digits, "-" and "."',
        details: correct,
      },
    ],
    [
      'has a namespace that climbs',
      [{ name: 'good', namespace: '../kube-system' }],
      {
        msg:
          `${delegate}getKubernetesDelegate: cannot find a network-attachment-definition (good) in namespace ` +
          '(../kube-system): invalid namespace name; it consists of lower case letters, digits, "-" and "."',
        details: correct,
      },
    ],
    [
      'has an interface name that climbs',
      [{ name: 'good', interface: '../x' }],
      {
        code: 4,
        msg: '[POD:good]: error adding container to network "good": interface name contains / or : or whitespace characters',
        details: 'it is "../x"; correct "interface" in the annotation of the pod',
      },
    ],
    [
      'has an interface name of 16 bytes',
      [{ name: 'good', interface: '0123456789abcdef' }],
      {
        code: 4,
        msg: '[POD:good]: error adding container to network "good": interface name is too long',
        details: 'it is "0123456789abcdef"; correct "interface" in the annotation of the pod',
      },
    ],
    [
      'asks for a MAC address that is none',
      [{ name: 'good', mac: 'zz' }],
      {
        msg: `${prefix}parsePodNetworkAnnotation: failed to mac: address zz: invalid MAC address`,
        details: correct,
      },
    ],
    [
      'names a network that there is not',
      'good,absent',
      {
        msg:
          `${delegate}getKubernetesDelegate: cannot find a network-attachment-definition (absent) in namespace ` +
          '(default): network-attachment-definitions.k8s.cni.cncf.io "absent" not found',
        details: 'create it, or correct the annotation of the pod',
      },
    ],
    [
      'names a network of another namespace',
      'elsewhere',
      {
        msg:
          `${delegate}getKubernetesDelegate: cannot find a network-attachment-definition (elsewhere) in namespace ` +
          '(default): network-attachment-definitions.k8s.cni.cncf.io "elsewhere" not found',
        details: 'it exists in namespace(s) apps, zoo: write apps/elsewhere to use that one',
      },
    ],
  ]
  for (const [what, networks, refusal] of bad) {
    test(`is refused when it ${what}`, async (t) => {
      await assertRefused(t, node(), { networks, refusal: { code: 999, ...refusal } })
    })
  }
})
