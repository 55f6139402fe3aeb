// SPDX-License-Identifier: Apache-2.0

import { constants } from 'node:os'
import { getSystemErrorName } from 'node:util'
import { PlaitError } from '../../base/index.ts'
import { describeExit, describeStartFailure } from '../../cni/index.ts'
import type { KillReason, ProcessOutcome } from '../../cni/index.ts'
import { killedBecause } from '../protocol/exec.ts'
import type { ExecResult, KilledBecause } from '../protocol/exec.ts'

/**
 * What became of a program on the host, as if it had run here.
 *
 * @throws PlaitError `daemon/host-refused`
 */
export function processOutcome(result: ExecResult, file: string): ProcessOutcome {
  switch (result.outcome) {
    case 'refused':
      throw new PlaitError(
        'daemon/host-refused',
        `Cannot run ${file} on the host: the shim refuses it: ${result.reason}`,
      )
    case 'not started': {
      const code = errnoName(result.errno)
      return { stdout: '', stderr: '', ...describeStartFailure(file, code, code) }
    }
    case 'ended': {
      const { exitCode, signal, stdout, stderr } = result
      const killed = killReason(result.killed)
      const end = describeExit(exitCode, signal === 0 ? null : signalName(signal))
      return { ...end, stdout: stdout.toString(), stderr: stderr.toString(), ...(killed && { killed }) }
    }
  }
}

function killReason(killed: KilledBecause): KillReason | undefined {
  switch (killed) {
    case killedBecause.no:
      return undefined
    case killedBecause.deadline:
      return 'deadline'
    case killedBecause.output:
      return 'output'
    case killedBecause.asked:
      return 'signal'
  }
}

function errnoName(errno: number): string {
  return errno > 0 && errno < 4096 ? getSystemErrorName(-errno) : `errno ${errno}`
}

// The numbers are those of Linux on amd64 and arm64, where shim and daemon agree. A real-time signal has no name.
function signalName(number: number): NodeJS.Signals {
  const names: Readonly<Record<string, number>> = constants.signals
  const found = Object.entries(names).find((entry): entry is [NodeJS.Signals, number] => entry[1] === number)
  return found?.[0] ?? 'SIGKILL'
}
