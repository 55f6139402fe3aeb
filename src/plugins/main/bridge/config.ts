// SPDX-License-Identifier: Apache-2.0

import { array, description, exactOptional, integer, number, object, pipe } from 'valibot'
import type { InferOutput } from 'valibot'
import { cniErrorCode, CniError } from '../../../cni/index.ts'
import { optionalSwitch, optionalText } from '../../kit/schema-fields.ts'

const vlanId = (about: string) => exactOptional(pipe(number(), integer(), description(about)))

const trunk = object({
  minID: vlanId('First VLAN of a range.'),
  maxID: vlanId('Last VLAN of a range.'),
  id: vlanId('One VLAN.'),
})

/** The keys of the `bridge` plugin (spec §2.1). */
export const bridgeSchema = object({
  bridge: optionalText('Name of the bridge, made when it is missing; default `cni0`.'),
  isGateway: optionalSwitch(
    'Gives the bridge the gateway address of the network, and lets the node forward.',
  ),
  isDefaultGateway: optionalSwitch("As `isGateway`, and makes it the container's default route."),
  forceAddress: optionalSwitch('Replaces a conflicting address on the bridge instead of failing.'),
  ipMasq: optionalSwitch('Masquerades what leaves the network. Not offered yet.'),
  ipMasqBackend: optionalText('`iptables` or `nftables`. Not offered yet.'),
  mtu: exactOptional(
    pipe(
      number(),
      integer(),
      description('MTU in bytes of the pair and of a bridge that is made; 0: the kernel decides.'),
    ),
  ),
  hairpinMode: optionalSwitch('The port sends frames back to where they came from.'),
  promiscMode: optionalSwitch('The bridge takes every frame.'),
  vlan: vlanId('VLAN of an access port. Not offered yet.'),
  vlanTrunk: exactOptional(pipe(array(trunk), description('VLANs of a trunk port. Not offered yet.'))),
  preserveDefaultVlan: optionalSwitch('Keeps VLAN 1 on the port. Has a meaning only with VLANs.'),
  macspoofchk: optionalSwitch('Drops frames with another source MAC. Not offered yet.'),
  enabledad: optionalSwitch(
    'Leaves duplicate address detection for IPv6 on; an ADD then takes a second or two.',
  ),
  disableContainerInterface: optionalSwitch("Leaves the container's end down; excludes address management."),
  portIsolation: optionalSwitch('Isolated ports reach only ports that are not isolated.'),
})

/** The decoded keys of the plugin. */
export type BridgeConfig = InferOutput<typeof bridgeSchema>

/** The name of the bridge that a configuration asks for. */
export function bridgeName({ bridge = '' }: BridgeConfig): string {
  return bridge === '' ? 'cni0' : bridge
}

/** Whether the bridge carries the gateway address. */
export function isGateway(config: BridgeConfig): boolean {
  return config.isGateway === true || config.isDefaultGateway === true
}

/**
 * Refuses keys that exclude each other and keys that this plugin does not offer.
 *
 * @throws CniError with Go's texts, or code 2 that names the key and its value.
 */
export function validateBridgeConfig(config: BridgeConfig, ipamType: string | undefined): void {
  if (ipamType !== undefined && config.disableContainerInterface === true) {
    throw invalid('cannot use IPAM when DisableContainerInterface flag is set')
  }
  if (config.hairpinMode === true && config.promiscMode === true) {
    throw invalid('cannot set hairpin mode and promiscuous mode at the same time')
  }
  const { vlan = 0, vlanTrunk } = config
  if (vlan < 0 || vlan > 4094) throw invalid(`invalid VLAN ID ${vlan} (must be between 0 and 4094)`)
  if (vlan !== 0) throw notOffered('vlan', vlan)
  if (vlanTrunk !== undefined) throw notOffered('vlanTrunk', vlanTrunk)
  if (config.ipMasq === true) throw notOffered('ipMasq', true)
  if (config.macspoofchk === true) throw notOffered('macspoofchk', true)
}

function invalid(text: string): CniError {
  return new CniError(cniErrorCode.invalidConfig, text, { id: 'config/invalid' })
}

function notOffered(key: string, value: unknown): CniError {
  const text = `unsupported field in network configuration: "${key}": ${JSON.stringify(value)}`
  const details =
    'the bundled bridge plugin does not offer it yet; leave it out, or use the reference plugin for this network'
  return new CniError(cniErrorCode.unsupportedField, text, { details, id: 'config/invalid' })
}
