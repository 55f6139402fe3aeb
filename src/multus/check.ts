// SPDX-License-Identifier: Apache-2.0

import { describeError, errorIdOf } from '../base/index.ts'
import {
  checkNetwork,
  checkNetworkList,
  CniError,
  compareVersions,
  goQuote,
  toCniError,
} from '../cni/index.ts'
import { runtimeConf } from './attach/attach.ts'
import { attachContext } from './call.ts'
import type { Call } from './call.ts'
import type { Delegate } from './delegate/delegate.ts'
import { interfaceNames } from './attach/interface-names.ts'
import { readRemembered } from './release/release-plan.ts'
import type { KnownAttachment } from './release/release-plan.ts'

/**
 * Checks that each attachment of a container is as it was made, with what is remembered of it. Upstream
 * looks at the static delegates of the configuration alone, which with `clusterNetwork` is nothing (CHK-1,
 * BUG-25); so does this where nothing is remembered. Networks of a version without CHECK are left out, as
 * the CNI specification asks of a runtime.
 *
 * @throws CniError of the first that is not, in upstream's text (CHK-2).
 */
export async function check(call: Call): Promise<void> {
  const { request, attempt, log } = call
  for (const attachment of readRemembered(call) ?? configured(request.config.delegates, request.ifName)) {
    const { delegate, interfaceName } = attachment
    if (compareVersions(delegate.network.cniVersion, '0.4.0') < 0) {
      log.debug({ network: delegate.name }, 'network has no CHECK')
      continue
    }
    await attempt.step(`check ${interfaceName}`, () => checkOne(call, attachment))
  }
}

function configured(delegates: readonly Delegate[], ifName: string): readonly KnownAttachment[] {
  const names = interfaceNames(delegates, ifName)
  return delegates.map((delegate, index) => ({ delegate, interfaceName: names[index] ?? '' }))
}

/** Checks one attachment. @throws CniError with upstream's text (CHK-2). */
export async function checkOne(call: Call, { delegate, interfaceName }: KnownAttachment): Promise<void> {
  const context = attachContext(call)
  const runtime = runtimeConf(delegate, interfaceName, context)
  try {
    await (delegate.isList
      ? checkNetworkList(context.libcni, delegate.network, runtime)
      : checkNetwork(context.libcni, delegate.network, runtime))
  } catch (error) {
    const invoking = delegate.isList
      ? `ConflistCheck - ${goQuote(delegate.network.name)}: conflistCheck: error in getting result from CheckNetworkList`
      : `DelegateCheck - ${goQuote(delegate.network.type)}: error in getting result from CheckNetwork`
    const message = `DelegateCheck: error invoking ${invoking}: ${describeError(error)}`
    const id = errorIdOf(error) ?? 'multus/check-failed'
    throw new CniError(toCniError(error).code, message, { cause: error, id })
  }
}
