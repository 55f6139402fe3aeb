// SPDX-License-Identifier: Apache-2.0

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { PlaitError } from '../../base/index.ts'
import { enterPod } from '../kubelet/enter-pod.ts'
import { readSandboxRecords } from '../kubelet/sandbox-record.ts'
import { readLabFacts } from './lab-facts.ts'

/**
 * Runs a command in a pod, from inside the lab, with this process's own input and output.
 *
 * @param pod `name` or `namespace/name`.
 * @returns the command's exit code, 128 and the signal's number when a signal ended it.
 * @throws PlaitError `lab/pod-unknown` that names the pods that there are.
 */
export async function runInPod(pod: string, command: readonly string[]): Promise<number> {
  const sandboxes = readLabFacts().nodes.flatMap(({ root }) => readSandboxRecords(root))
  const [name = '', namespace = 'default'] = pod.split('/').toReversed()
  const sandbox = sandboxes.find((one) => one.namespace === namespace && one.name === name)
  if (sandbox === undefined) {
    const names = sandboxes.map((one) =>
      one.namespace === 'default' ? one.name : `${one.namespace}/${one.name}`,
    )
    const there = names.join(', ') || 'none'
    throw new PlaitError('lab/pod-unknown', `Cannot find a running pod ${pod}: there is ${there}`)
  }
  const [program = '', ...args] = enterPod(sandbox, ['/bin/busybox', 'env', 'PATH=/bin', ...command])
  const child = spawn(program, args, { stdio: 'inherit' })
  await once(child, 'close')
  return child.exitCode ?? 128 + (child.signalCode === null ? 0 : constants.signals[child.signalCode])
}
