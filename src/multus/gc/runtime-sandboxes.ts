// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from '../../base/index.ts'
import { readProtobuf } from '../devices/protobuf.ts'
import { callUnary } from '../grpc/unary-call.ts'

/**
 * The ids of all sandboxes that a container runtime knows, ready or not (CRI, `runtime.v1.RuntimeService/ListPodSandbox`).
 *
 * @throws PlaitError `multus/runtime-unreachable`.
 */
export async function listRuntimeSandboxes(socket: string): Promise<ReadonlySet<string>> {
  try {
    // ListPodSandboxResponse { items = 1 }, PodSandbox { id = 1 }
    const items = readProtobuf(await callUnary(socket, '/runtime.v1.RuntimeService/ListPodSandbox')).get(1)
    return new Set((items ?? []).map(idOf))
  } catch (error) {
    const message = `Cannot ask the container runtime at ${socket} for its sandboxes`
    throw new PlaitError('multus/runtime-unreachable', message, { cause: error })
  }
}

function idOf(sandbox: Buffer): string {
  const [id] = readProtobuf(sandbox).get(1) ?? []
  if (id === undefined) throw new Error('a sandbox has no id')
  return id.toString()
}
