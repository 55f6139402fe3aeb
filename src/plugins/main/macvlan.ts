// SPDX-License-Identifier: Apache-2.0

import { boolean, check, description, exactOptional, integer, number, object, pipe, string } from 'valibot'
import type { InferOutput } from 'valibot'
import { parseMac } from '../../base/index.ts'
import { cniErrorCode, CniError } from '../../cni/index.ts'
import type { CniInterface, CniResult } from '../../cni/index.ts'
import { NetlinkError } from '../../linux/index.ts'
import type { Link, MacvlanMode, Namespace } from '../../linux/index.ts'
import { announceIpv4WhenUp, announceIpv6WhenUp } from '../kit/announce-when-up.ts'
import { attempt } from '../kit/attempt.ts'
import { checkContainerLink, requirePrevResult } from '../kit/check-interface.ts'
import { checkAddresses, checkRoutes } from '../kit/check-result.ts'
import { configureInterface } from '../kit/configure-interface.ts'
import { definePlugin } from '../kit/define-plugin.ts'
import { deleteLink } from '../kit/delete-link.ts'
import { findMaster } from '../kit/master-link.ts'
import type { AddCall, AttachmentCall } from '../kit/plugin-call.ts'
import { refuseDuplicates } from '../kit/refuse-duplicates.ts'
import { releaseAll } from '../kit/release-all.ts'
import { optionalText } from '../kit/schema-fields.ts'

const modes = ['bridge', 'private', 'vepa', 'passthru'] as const satisfies readonly MacvlanMode[]

const config = object({
  master: optionalText('Interface that carries the traffic; absent: the one of the default route.'),
  mode: exactOptional(
    pipe(
      string(),
      check(
        (text) => text === '' || isMode(text),
        ({ input }) => `unknown macvlan mode: ${JSON.stringify(input)} (there are ${modes.join(', ')})`,
      ),
      description('`bridge` (the default), `private`, `vepa` or `passthru`.'),
    ),
  ),
  mtu: exactOptional(
    pipe(number(), integer(), description("MTU in bytes; 0: the master's, which is also the most.")),
  ),
  mac: optionalText('MAC address; CNI_ARGS `MAC` goes before it, and `runtimeConfig.mac` before both.'),
  linkInContainer: exactOptional(
    pipe(boolean(), description("The master is in the container's namespace, not in the host's.")),
  ),
  bcqueuelen: exactOptional(
    pipe(
      number(),
      integer(),
      description('Length of the queue for broadcasts; 0 or absent: the kernel decides.'),
    ),
  ),
})

const runtimeConfig = object({ mac: optionalText('MAC address for this attachment.') })

type Config = InferOutput<typeof config>
type RuntimeConfig = InferOutput<typeof runtimeConfig>

/** The `macvlan` plugin (spec §2.2): a link of its own MAC on top of an interface of the node. */
export const macvlan = definePlugin({
  name: 'macvlan',
  kind: 'main',
  about: 'Gives the container an interface with a MAC of its own on top of an interface of the node.',
  config,
  runtimeConfig,
  environmentArgs: ['MAC'],

  async add(call) {
    const link = createLink(call)
    const { ifName, netns, container, common, signal } = call
    const interfaces = [{ name: ifName, ...(link.mac !== undefined && { mac: link.mac }), sandbox: netns }]
    if (call.ipam.type === undefined) {
      attempt(`failed to set ${JSON.stringify(ifName)} UP`, () =>
        container.links.set(link.index, { up: true }),
      )
      return withDns({ interfaces }, common.dns)
    }
    const allocated = await call.ipam.add()
    const result = withDns(placeAddresses(allocated, interfaces), common.dns)
    announceIpv4WhenUp(container, link)
    announceIpv6WhenUp(container, ifName, result)
    const own = await refuseDuplicates(call, link, result)
    await configureInterface({ container, ifName, link: own, signal }, result)
    return result
  },

  async del({ ipam, container, ifName }) {
    await releaseAll(
      () => ipam.del(),
      async () => {
        if (container !== undefined) await deleteLink(container, ifName)
      },
    )
  },

  async check(call) {
    const { container, ipam } = call
    findMaster(...masterRequest(call))
    await ipam.check()
    const result = requirePrevResult(call, 'required prevResult missing')
    const link = checkContainerLink(call, result, 'macvlan')
    const mode = link.info?.kind === 'macvlan' ? link.info.mode : undefined
    if (mode !== modeOf(call.config)) {
      throw new Error(
        `container macvlan mode ${String(mode)} does not match expected value: ${modeOf(call.config)}`,
      )
    }
    checkAddresses(container, link, result)
    checkRoutes(container, result.routes)
  },
})

function isMode(text: string): text is MacvlanMode {
  return modes.some((mode) => mode === text)
}

function modeOf({ mode = 'bridge' }: Config): MacvlanMode {
  return isMode(mode) ? mode : 'bridge'
}

function masterRequest({ config: { master, linkInContainer = false }, host, container }: MasterCall) {
  const request = { master, place: linkInContainer ? 'the container' : 'the host' }
  return [linkInContainer ? container : host, request] as const
}

type MasterCall = Pick<AttachmentCall<Config>, 'config' | 'host'> & { readonly container: Namespace }

/** Made at once in the container under its final name: moving or renaming a link would wait for an RCU grace period. */
function createLink(call: AddCall<Config, RuntimeConfig>): Link {
  const { container, ifName, linkGroup, config: own } = call
  const [namespace, request] = masterRequest(call)
  const master = findMaster(namespace, request)
  const { mtu = 0, bcqueuelen = 0 } = own
  if (mtu < 0 || mtu > master.mtu)
    throw new Error(`invalid MTU ${mtu}, must be [0, master MTU(${master.mtu})]`)
  const mac = requestedMac(call)
  try {
    namespace.links.create({
      kind: 'macvlan',
      name: ifName,
      link: master.index,
      mode: modeOf(own),
      namespace: container,
      ...(mtu > 0 && { mtu }),
      ...(mac !== undefined && { mac }),
      ...(bcqueuelen > 0 && { bcQueueLength: bcqueuelen }),
      ...(linkGroup !== 0 && { group: linkGroup }),
    })
  } catch (error) {
    throw creationError(error, { ifName, master, namespace })
  }
  call.undo(`link ${ifName}`, async () => {
    await deleteLink(container, ifName)
  })
  const link = container.links.get(ifName)
  if (link === undefined)
    throw new Error(`failed to find the new macvlan ${JSON.stringify(ifName)}: Link not found`)
  return link
}

interface Creation {
  readonly ifName: string
  readonly master: Link
  readonly namespace: Namespace
}

/** Upstream creates under another name and renames, so a taken name fails there; tools match its text. */
function creationError(cause: unknown, { ifName, master, namespace }: Creation): unknown {
  if (!(cause instanceof NetlinkError)) return cause
  const what = cause.code === 'EEXIST' ? `rename macvlan to ${JSON.stringify(ifName)}` : 'create macvlan'
  const owner = master.master === undefined ? undefined : namespace.links.byIndex(master.master)
  const details =
    cause.code === 'EBUSY' && owner !== undefined
      ? `master ${JSON.stringify(master.name)} is a port of ${JSON.stringify(owner.name)}; use that as "master", or free the port`
      : undefined
  return new CniError(cniErrorCode.internal, `failed to ${what}: ${cause.message}`, {
    cause,
    id: cause.id,
    ...(details !== undefined && { details }),
  })
}

function requestedMac({
  config: own,
  args,
  runtimeConfig: runtime,
}: AddCall<Config, RuntimeConfig>): string | undefined {
  const text = runtime.mac || args.get('MAC') || own.mac
  if (text === undefined || text === '') return undefined
  return attempt(`invalid args ${JSON.stringify(text)} for MAC addr`, () => parseMac(text))
}

function placeAddresses({ ips = [], routes }: CniResult, interfaces: CniInterface[]): CniResult {
  return {
    interfaces,
    ips: ips.map((ip) => ({ ...ip, interface: 0 })),
    ...(routes !== undefined && { routes }),
  }
}

/** Upstream takes the DNS of the configuration, never that of the address management. */
function withDns(result: CniResult, dns: CniResult['dns']): CniResult {
  return dns === undefined ? result : { ...result, dns }
}
