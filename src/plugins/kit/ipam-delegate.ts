// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../base/index.ts'
import { cniErrorCode, CniError, ipamTypeOf, parsePluginResult, validatePluginType } from '../../cni/index.ts'
import type { CniCommand, CniResult } from '../../cni/index.ts'
import type { CallScope } from './call-scope.ts'

const undoTimeoutMs = 30_000
// A pod may ask for addresses; thousands of them would hold the kernel, and all other pods of the node, up for seconds.
const mostAddresses = 256

/** The address management that a network's `ipam.type` names. Without one, only `add` fails; the others do nothing. */
export interface IpamDelegate {
  /** `ipam.type`; undefined for a network without addresses. */
  readonly type: string | undefined
  /**
   * Addresses, routes and DNS for this attachment. The call's undo gives them back.
   *
   * @throws CniError as the IPAM plugin does, or when it gave no address.
   */
  add(): Promise<CniResult>
  del(): Promise<void>
  check(): Promise<void>
  status(): Promise<void>
  gc(): Promise<void>
}

/** The delegate of a call; it runs with the call's own environment and whole configuration (spec §1.11). */
export function createIpamDelegate(scope: CallScope): IpamDelegate {
  const type = ipamTypeOf(scope.invocation.config)
  const run = async (command: CniCommand, signal = scope.signal): Promise<JsonObject | undefined> => {
    if (type === undefined) return undefined
    validatePluginType(type)
    return scope.options.invoke({ ...scope.invocation, type, command, signal })
  }
  const runSilently = (command: CniCommand) => async () => {
    await run(command)
  }
  return {
    type,
    add: async () => {
      if (type === undefined) throw new CniError(cniErrorCode.internal, 'no plugin name provided')
      const output = await run('ADD')
      // An ADD that failed has given nothing; a DEL for it could take the address of an earlier, living attachment.
      scope.undo.push(`the allocation by ${type}`, async () => {
        // The call may have failed because its own time was over.
        await run('DEL', AbortSignal.timeout(undoTimeoutMs))
      })
      const result = parsePluginResult(output ?? null, scope.cniVersion)
      if (result.ips === undefined || result.ips.length === 0) {
        const details = `${type} gave no address; name one in the ipam section, or ask for one`
        throw new CniError(cniErrorCode.internal, 'IPAM plugin returned missing IP config', { details })
      }
      if (result.ips.length > mostAddresses) {
        const text = `Cannot configure ${result.ips.length} addresses: at most ${mostAddresses} are possible`
        const details = 'ask for fewer, or name fewer in the ipam section of the network'
        throw new CniError(cniErrorCode.invalidConfig, text, { details, id: 'config/invalid' })
      }
      return result
    },
    del: runSilently('DEL'),
    check: runSilently('CHECK'),
    status: runSilently('STATUS'),
    gc: runSilently('GC'),
  }
}
