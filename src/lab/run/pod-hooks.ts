// SPDX-License-Identifier: Apache-2.0

import { join } from 'node:path'
import { type EmbeddedHooks, parsePod } from '../../kubernetes/index.ts'
import { serveExec } from '../exec/exec-stream.ts'
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
    stream: (request, message, socket, head) => {
      if (head.length > 0) socket.unshift(head)
      serveExec(request, { message, socket }, ({ pod }, command) => {
        const { metadata, spec } = parsePod(pod)
        const sandbox = readSandboxRecords(rootOf(spec.nodeName)).find(({ uid }) => uid === metadata.uid)
        return sandbox && enterPod(sandbox, command)
      })
    },
  }
}
