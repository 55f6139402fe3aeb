// SPDX-License-Identifier: Apache-2.0

import type { Log } from '../../base/index.ts'
import { PluginTurns } from '../../cni/index.ts'
import type { PluginInvocation } from '../../cni/index.ts'
import type { Namespace } from '../../linux/index.ts'
import type { Plugin } from '../../plugins/index.ts'
import type { DaemonConfig } from '../config/daemon-config.ts'
import { prefersHost } from '../config/plugin-preference.ts'
import { LiveHosts } from '../host/live-hosts.ts'
import { createPluginRunners } from '../host/plugin-runners.ts'
import type { PluginRunners } from '../host/plugin-runners.ts'
import { createForeignInvoke } from '../host/run-foreign.ts'
import { withSpans } from '../host/with-spans.ts'
import type { NodeMetrics } from '../metrics/node-metrics.ts'

/** `ip link` shows it as `group 20556` ("PL"); only links in pods are in it, so that one request removes those of a pod. */
export const podLinkGroup = 0x504c

/** What the plugins of a node are made of. */
export interface NodePluginOptions {
  readonly plugins: ReadonlyMap<string, Plugin>
  readonly config: Pick<DaemonConfig, 'chrootDir' | 'externalPluginLimit' | 'pluginPreference'>
  readonly log: Log
  /** The network namespace of the node. */
  readonly namespace: Namespace
  readonly metrics: NodeMetrics | undefined
}

/** The plugins of a node, and the shims through which programs are run. */
export interface NodePlugins extends PluginRunners {
  readonly hosts: LiveHosts
  /** How many programs run and wait. */
  readonly turns: Pick<PluginTurns, 'running' | 'waiting'>
  /** Whether a plugin is a program, as far as its type and the daemon's file tell. */
  readonly isExternal: (type: string) => boolean
}

/** Puts together how this node's plugins are run: bundled ones here, programs through shims, a bounded number at a time. */
export function createNodePlugins(options: NodePluginOptions): NodePlugins {
  const { plugins, config, log, namespace, metrics } = options
  const { pluginPreference: preference } = config
  const hosts = new LiveHosts()
  const anyHost = hosts.of()
  const turns = new PluginTurns({
    invoke: withSpans(
      createForeignInvoke({
        onStderr: (text, invocation) => logStderr(invocation.log ?? log, text, invocation),
        chrootDir: config.chrootDir,
        host: anyHost,
      }),
    ),
    concurrency: config.externalPluginLimit,
    observe: metrics?.externalCallEnded,
  })
  const runners = createPluginRunners({
    plugins,
    fallback: turns.invoke,
    nestedFallback: turns.invokeNested,
    preference,
    observe: metrics?.bundledCallEnded,
    hosts: anyHost,
    log,
    host: () => namespace,
    linkGroup: podLinkGroup,
  })
  const isExternal = (type: string): boolean => !plugins.has(type) || prefersHost(preference, type)
  return { ...runners, hosts, turns, isExternal }
}

const maxStderr = 4096

function logStderr(log: Log, text: string, { type, command, containerId }: PluginInvocation): void {
  const stderr = text.slice(0, maxStderr).trimEnd()
  log.info({ plugin: type, command, containerId, stderr }, 'plugin wrote to standard error')
}
