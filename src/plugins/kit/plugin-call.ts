// SPDX-License-Identifier: Apache-2.0

import type { JsonObject, Log } from '../../base/index.ts'
import type { CniResult } from '../../cni/index.ts'
import type { Namespace } from '../../linux/index.ts'
import type { CommonConfig } from './common-config.ts'
import type { IpamDelegate } from './ipam-delegate.ts'

/** One attachment, as a runtime lists it for GC. */
export interface Attachment {
  readonly containerId: string
  readonly ifName: string
}

/** What a call carries whatever its verb. */
export interface PluginCall<Config = unknown, RuntimeConfig = unknown, ConfigArgs = unknown> {
  /** The plugin's own keys, checked; for an ipam plugin those of the `ipam` object. */
  readonly config: Config
  /** The keys that all plugins share. */
  readonly common: CommonConfig
  /** What the runtime supplied for the capabilities that the plugin knows. */
  readonly runtimeConfig: RuntimeConfig
  /** `args.cni` of the configuration. */
  readonly configArgs: ConfigArgs
  /** The whole configuration as it came. */
  readonly rawConfig: JsonObject
  /** The network's name. */
  readonly name: string
  /** The configuration's version; `0.1.0` when it says none. */
  readonly cniVersion: string
  /** The namespace that the plugin runs in. */
  readonly host: Namespace
  /** The network's address management; its ADD is undone with this call's. */
  readonly ipam: IpamDelegate
  /** Where the caller wants the state whose place the configuration leaves open; absent: the plugin's default. */
  readonly dataDir: string | undefined
  readonly log: Log
  /** Aborted at the call's deadline at the latest. */
  readonly signal: AbortSignal
  /** Is told of each change that goes through no {@link Namespace}, such as to a file; may throw (tests inject failures). */
  beforeChange(what: string): void
}

/** A call for one attachment: ADD, CHECK or DEL. */
export interface AttachmentCall<Config = unknown, RuntimeConfig = unknown, ConfigArgs = unknown>
  extends PluginCall<Config, RuntimeConfig, ConfigArgs>, Attachment {
  /** The path of the container's namespace; may be empty for DEL. */
  readonly netns: string
  /** The pairs of CNI_ARGS whose keys the plugin knows. */
  readonly args: ReadonlyMap<string, string>
  /**
   * The result of the plugins before this one (ADD) or of the whole list (CHECK, DEL), if the caller gave one.
   *
   * @throws CniError when it cannot be decoded; for DEL it is then absent.
   */
  readonly prevResult: CniResult | undefined
}

/** ADD. Whatever it makes it registers with {@link AddCall.undo}, so that a failure leaves nothing. */
export interface AddCall<
  Config = unknown,
  RuntimeConfig = unknown,
  ConfigArgs = unknown,
> extends AttachmentCall<Config, RuntimeConfig, ConfigArgs> {
  readonly container: Namespace
  /** The group for links made in the container, so that one request can delete them all; 0, the kernel's default, when the caller has none. */
  readonly linkGroup: number
  /** Registers how to take back what was just done; the label completes "Cannot undo …". */
  undo(label: string, step: () => void | Promise<void>): void
}

/** CHECK: compares what is there with {@link AttachmentCall.prevResult}, and changes nothing. */
export interface CheckCall<
  Config = unknown,
  RuntimeConfig = unknown,
  ConfigArgs = unknown,
> extends AttachmentCall<Config, RuntimeConfig, ConfigArgs> {
  readonly container: Namespace
}

/** DEL. It does all it can, and the container's namespace may be gone. */
export interface DelCall<
  Config = unknown,
  RuntimeConfig = unknown,
  ConfigArgs = unknown,
> extends AttachmentCall<Config, RuntimeConfig, ConfigArgs> {
  readonly container: Namespace | undefined
}
