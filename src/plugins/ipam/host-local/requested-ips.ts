// SPDX-License-Identifier: Apache-2.0

import { tryParseCidr, tryParseIp } from '../../../base/index.ts'
import type { IpAddress } from '../../../base/index.ts'
import { cniErrorCode, CniError } from '../../../cni/index.ts'
import type { HostLocalArgs, HostLocalRuntime } from './config.ts'

/** Where addresses can be asked for. They add up. */
export interface RequestSources {
  readonly args: ReadonlyMap<string, string>
  readonly configArgs: HostLocalArgs
  readonly runtimeConfig: HostLocalRuntime
}

/**
 * The addresses that an attachment asks for: CNI_ARGS `IP`, `args.cni.ips`, `runtimeConfig.ips`, in this order.
 *
 * @throws CniError 999 with the Go plugin's text.
 */
export function requestedIps({ args, configArgs, runtimeConfig }: RequestSources): IpAddress[] {
  const own = args.get('IP')
  return [
    ...(own === undefined || own === '' ? [] : [readArgument(own)]),
    ...(configArgs.ips ?? []).map((text) => parse(text, `invalid IP address ${text}`)),
    ...(runtimeConfig.ips ?? []).map((text) => parse(text, `invalid IP address ${text}`)),
  ]
}

function readArgument(text: string): IpAddress {
  const pair = JSON.stringify(`IP=${text}`)
  return parse(text, `ARGS: error parsing value of pair ${pair}: invalid IP address ${text}`)
}

function parse(text: string, failure: string): IpAddress {
  const address = text.includes('/') ? tryParseCidr(text)?.address : tryParseIp(text)
  if (address === undefined) throw new CniError(cniErrorCode.internal, failure, { id: 'config/ip-invalid' })
  return address
}
