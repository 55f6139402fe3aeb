// SPDX-License-Identifier: Apache-2.0

/** How a process ended, in the words of Go; nothing when it ended with 0. */
export interface ProcessEnd {
  readonly failure?: string
  /** Whether the file was being written, so that starting it again may work. */
  readonly busy?: boolean
}

const signalTexts: Readonly<Partial<Record<NodeJS.Signals, string>>> = {
  SIGABRT: 'aborted',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
}

const errnoTexts: Readonly<Record<string, string>> = {
  E2BIG: 'argument list too long',
  EACCES: 'permission denied',
  EAGAIN: 'resource temporarily unavailable',
  EMFILE: 'too many open files',
  ENOENT: 'no such file or directory',
  ENOEXEC: 'exec format error',
  ENOMEM: 'cannot allocate memory',
  ENOTDIR: 'not a directory',
  EPERM: 'operation not permitted',
  ETXTBSY: 'text file busy',
}

/** The end of a process that ran: by a signal, or with a code. */
export function describeExit(code: number | null, signal: NodeJS.Signals | null): ProcessEnd {
  if (signal !== null) return { failure: `signal: ${signalTexts[signal] ?? signal}` }
  return code === 0 ? {} : { failure: `exit status ${code}` }
}

/** The end of a process that could not be started. @param code such as ENOENT; @param text for one that is not known. */
export function describeStartFailure(file: string, code: string, text: string): ProcessEnd {
  return { failure: `fork/exec ${file}: ${errnoTexts[code] ?? text}`, busy: code === 'ETXTBSY' }
}
