// SPDX-License-Identifier: Apache-2.0

// What the author of a network attachment definition can get wrong in spec.config, before any plugin looks at it.

import { describe, test } from 'node:test'
import { checkLeaks, skip as noNamespaces } from '../netns/fixture.ts'
import { skip as noShim } from '../shim/build-shim.ts'
import { assertRefused, useNode } from './refusal.ts'
import type { Refusal } from './refusal.ts'
import { macvlanOnCard } from './test-node.ts'

checkLeaks()

const prefix =
  'Multus: [POD]: error loading k8s delegates k8s args: TryLoadPodDelegates: error in getting k8s network for pod: ' +
  'GetNetworkDelegates: failed getting the delegate: '
const noJson = `${prefix}GetCNIConfig: err in getCNIConfigFromSpec: failed to unmarshal Spec.Config: `
const noNetwork = `${prefix}LoadDelegateNetConf: failed with: LoadDelegateNetConfList: `

describe('a definition that cannot be used', { skip: noShim || noNamespaces }, () => {
  const node = useNode()

  const broken: readonly (readonly [string, string, string])[] = [
    ['is text', 'hello', `${noJson}Unexpected token 'h', "hello" is not valid JSON`],
    ['is cut off', '{"type":"macvlan"', `${noJson}unexpected end of JSON input`],
    [
      'has a comma too many, on several lines',
      '{\n  "cniVersion": "1.0.0",\n  "type": "macvlan",\n}\n',
      `${noJson}Expected double-quoted property name in JSON at position 48 (line 4 column 1)`,
    ],
    ['is null', 'null', `${noJson}json: cannot unmarshal null into Go value of type map[string]interface {}`],
    [
      'is a list',
      '[]',
      `${noJson}json: cannot unmarshal array into Go value of type map[string]interface {}`,
    ],
    ['has no type', '{"cniVersion":"1.0.0"}', `${noNetwork}delegate must have the 'type' or 'plugin' field`],
    [
      'has no plugin in its list',
      '{"cniVersion":"1.0.0","plugins":[]}',
      `${noNetwork}delegate must have the 'type' or 'plugin' field`,
    ],
    [
      'has null for a plugin',
      '{"cniVersion":"1.0.0","plugins":[null]}',
      `${noNetwork}a plugin delegate must have the 'type' field`,
    ],
    [
      'has a plugin without type behind a good one',
      '{"cniVersion":"1.0.0","plugins":[{"type":"macvlan"},{}]}',
      `${noNetwork}error parsing configuration list: failed to parse plugin config 1: error parsing configuration: missing 'type'`,
    ],
    [
      'has a type that is a number',
      '{"cniVersion":"1.0.0","type":5}',
      `${prefix}json: cannot unmarshal number into Go struct field NetConf.type of type string`,
    ],
    [
      'is empty, and no file stands for it',
      '',
      `${prefix}GetCNIConfig: err in GetCNIConfigFromFile: No networks found in /etc/cni/multus/net.d`,
    ],
  ]
  // Each has a name of its own, because the daemon may know an older definition of the same name.
  for (const [index, [what, config, msg]] of broken.entries()) {
    test(`is refused when its configuration ${what}`, async (t) => {
      const networks = `broken-${index}`
      node().addNetwork(networks, config)
      const details = `correct spec.config of network-attachment-definition default/${networks}: a JSON object with "type", or with a list "plugins"`
      await assertRefused(t, node(), { networks, refusal: { code: 999, msg, details } })
    })
  }

  const refused: readonly (readonly [string, object, Omit<Refusal, 'code'> & { code?: number }])[] = [
    [
      'has a version that nobody knows',
      { ...macvlanOnCard, cniVersion: '9.9.9' },
      {
        code: 1,
        msg: 'incompatible CNI versions',
        details:
          'config is "9.9.9", plugin supports ["0.1.0" "0.2.0" "0.3.0" "0.3.1" "0.4.0" "1.0.0" "1.1.0"]',
      },
    ],
    [
      'has a plugin type that is a path',
      { ...macvlanOnCard, type: '../../bin/sh' },
      {
        msg: 'invalid plugin name: ../../bin/sh',
        details: 'correct "type", or install the plugin on the node',
      },
    ],
    [
      'has a plugin type that is a path for its addresses',
      { ...macvlanOnCard, ipam: { type: '../../bin/sh' } },
      {
        msg: 'invalid plugin name: ../../bin/sh',
        details: 'bundled plugins: bridge, host-local, loopback, macvlan, sbr, static',
      },
    ],
    [
      'has a plugin type that exists nowhere',
      { ...macvlanOnCard, type: 'ipvlan-next' },
      {
        msg: 'failed to find plugin "ipvlan-next" in path [NODE/bin NODE/bin]',
        details: 'bundled plugins: bridge, host-local, loopback, macvlan, sbr, static',
      },
    ],
    [
      'has a plugin type with a slip of the pen',
      { ...macvlanOnCard, type: 'macvaln' },
      {
        msg: 'failed to find plugin "macvaln" in path [NODE/bin NODE/bin]',
        details: 'bundled plugins with a near name: macvlan',
      },
    ],
    [
      'has an ipam type that exists nowhere',
      { ...macvlanOnCard, ipam: { type: 'hostlocal', subnet: '10.1.0.0/24' } },
      {
        msg: 'failed to find plugin "hostlocal" in path [NODE/bin NODE/bin]',
        details: 'bundled plugins with a near name: host-local',
      },
    ],
    [
      'has a plugin behind a good one that exists nowhere',
      { cniVersion: '1.0.0', plugins: [macvlanOnCard, { type: 'sbrr' }] },
      {
        msg: 'plugin type="sbrr" failed (add): failed to find plugin "sbrr" in path [NODE/bin NODE/bin]',
        details: 'bundled plugins with a near name: sbr',
      },
    ],
  ]
  for (const [index, [what, config, { msg, ...refusal }]] of refused.entries()) {
    test(`is refused when it ${what}`, async (t) => {
      const networks = `refused-${index}`
      node().addNetwork(networks, config)
      const place = `[POD:${networks}]: error adding container to network "${networks}": `
      await assertRefused(t, node(), {
        networks,
        refusal: { code: 999, ...refusal, msg: `${place}${msg}` },
      })
    })
  }

  test('is refused in one line when it has a name of several, and becomes no path', async (t) => {
    node().addNetwork('several-lines', { ...macvlanOnCard, name: '../\nx' })
    await assertRefused(t, node(), {
      networks: 'several-lines',
      refusal: {
        code: 7,
        msg: '[POD:../ x]: error adding container to network "../\\nx": invalid characters found in network name',
        details: '../ x',
      },
    })
  })
})
