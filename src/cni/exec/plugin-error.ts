// SPDX-License-Identifier: Apache-2.0

import { describeError } from '../../base/index.ts'
import { CniError, cniErrorCode } from '../error.ts'
import { parseCniError } from '../format-error.ts'
import { goQuote } from '../go-quote.ts'
import type { PluginInvocation } from './invocation.ts'
import type { KillReason, ProcessLimits, ProcessOutcome } from './plugin-process.ts'

/** The error that a plugin's program meant, from what it printed; `failure` is how it ended (LIB-4). */
export function pluginError({ stdout, stderr }: ProcessOutcome, failure: string): CniError {
  if (stdout.trim() !== '') return printedError(stdout, failure)
  if (stderr.trim() === '') return failed(`netplugin failed with no error message: ${failure}`)
  return failed(`netplugin failed: ${goQuote(shorten(stderr))}: ${failure}`)
}

/** The error for a plugin that was killed; it names the bound, and the code asks for another attempt after a deadline. */
export function killedError(
  reason: KillReason,
  { type, command, signal }: PluginInvocation,
  limits: ProcessLimits,
): CniError {
  const what = `Cannot run plugin ${goQuote(type)} (${command})`
  switch (reason) {
    case 'deadline': {
      const message = `${what}: no end after ${limits.timeoutMs} ms, so it was killed; look at what it waits for`
      return new CniError(cniErrorCode.tryAgainLater, message, { id: 'cni/plugin-timeout' })
    }
    case 'output': {
      const message = `${what}: more than ${limits.maxStdoutBytes} bytes on standard output, so it was killed`
      return new CniError(cniErrorCode.internal, message, { id: 'cni/plugin-output' })
    }
    case 'signal': {
      const message = `${what}: the request was given up: ${describeError(signal?.reason ?? 'aborted')}`
      return new CniError(cniErrorCode.internal, message, { cause: signal?.reason, id: 'cni/plugin-failed' })
    }
  }
}

function printedError(stdout: string, failure: string): CniError {
  try {
    const error = parseCniError(stdout)
    return error.msg === '' && error.code === 0
      ? failed(`netplugin failed with no error message: ${failure}`)
      : error
  } catch (error) {
    const text = goQuote(shorten(stdout))
    return failed(
      `netplugin failed but error parsing its diagnostic message ${text}: ${describeError(error)}`,
    )
  }
}

// Error texts end in events, which the API server cuts at 1024 bytes; the end of a log says most.
const shownCharacters = 2000

function shorten(text: string): string {
  return text.length > shownCharacters ? `…${text.slice(-shownCharacters)}` : text
}

function failed(message: string): CniError {
  return new CniError(cniErrorCode.internal, message, { id: 'cni/plugin-failed' })
}
