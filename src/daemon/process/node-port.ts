// SPDX-License-Identifier: Apache-2.0

import type { Log } from '../../base/index.ts'
import { missingAttachments } from '../../multus/index.ts'
import type { Daemon } from '../daemon.ts'
import type { GaugeSources } from '../metrics/gauges.ts'
import type { NodeMetrics } from '../metrics/node-metrics.ts'
import { PortServer } from '../server/port-server.ts'
import type { PortSettings } from '../server/port-settings.ts'
import type { OwnPods } from '../housekeeping/own-pods.ts'
import type { Readiness } from '../server/readiness.ts'
import type { Spool } from '../spool/spool.ts'
import type { NodePlugins } from './node-plugins.ts'

/** What the port tells about. */
export interface NodePortParts {
  readonly metrics: NodeMetrics | undefined
  readonly readiness: Readiness
  /** The daemon, once it listens on its socket: the port is there before. */
  readonly daemon: () => Daemon | undefined
  readonly nodePlugins: NodePlugins
  /** Absent without Kubernetes. */
  readonly ownPods: OwnPods | undefined
  readonly spool: Spool
  readonly log: Log
}

/** Answers metrics and probes on a port of the node, where one is wanted, until it is disposed of. */
export function startPort(settings: PortSettings | undefined, parts: NodePortParts): PortServer | undefined {
  const { metrics, readiness, daemon, log } = parts
  if (settings === undefined || metrics === undefined) return undefined
  const sources = gaugeSources(parts)
  return PortServer.start({
    ...settings,
    metrics: () => metrics.text(sources),
    readiness,
    dispatcher: {
      get isStopping() {
        return daemon()?.isStopping ?? false
      },
    },
    log,
  })
}

function gaugeSources({ daemon, nodePlugins, ownPods, spool }: NodePortParts): GaugeSources {
  return {
    requests: () => daemon()?.load ?? { running: 0, waiting: 0 },
    externalPlugins: () => nodePlugins.turns,
    spooledRequests: () => spool.length,
    requestsAside: () => spool.aside,
    missingAttachments: () => {
      const pods = ownPods?.list()
      return pods && missingAttachments(pods)
    },
  }
}
