// SPDX-License-Identifier: Apache-2.0

import { join } from 'node:path'
import { PlaitError } from '../../base/index.ts'
import { type EmbeddedHooks, parsePod } from '../../kubernetes/index.ts'
import { runPodCommand } from '../exec/pod-command.ts'
import type { NodeHolder } from '../ground/node-holder.ts'
import { containerLogPath, readContainerLog } from '../kubelet/container-log.ts'
import { enterPod } from '../kubelet/enter-pod.ts'
import { readSandboxRecords } from '../kubelet/sandbox-record.ts'

/** What the API server leaves to the nodes: logs of containers, and commands in pods. */
export function podHooks(nodes: readonly NodeHolder[]): EmbeddedHooks {
  const rootOf = (nodeName: string | undefined): string =>
    nodes.find(({ name }) => name === nodeName)?.root ?? ''
  return {
    logs: (request) => {
      const { metadata, spec } = parsePod(request.pod)
      const path = containerLogPath(metadata.uid, request.container)
      return readContainerLog(join(rootOf(spec.nodeName), path), request)
    },
    exec: async (request) => {
      if (request.command.length === 0) throw notOffered('the lab does not offer attach; use logs, or exec')
      const { metadata, spec } = parsePod(request.pod)
      const sandbox = readSandboxRecords(rootOf(spec.nodeName)).find(({ uid }) => uid === metadata.uid)
      if (sandbox === undefined) throw notOffered(`pod ${request.name} has no sandbox`)
      return runPodCommand(
        enterPod(sandbox, ['/bin/busybox', 'env', 'PATH=/bin', ...request.command]),
        request,
      )
    },
  }
}

function notOffered(message: string): PlaitError {
  return new PlaitError('lab/not-offered', message)
}
