// SPDX-License-Identifier: Apache-2.0

import type { ProcessOutcome, ProcessRequest } from './plugin-process.ts'

/** How long a question to a host may take. */
export interface HostQuery {
  readonly signal?: AbortSignal | undefined
  /** Whether to wait, for a bounded time, until somebody is there who can be asked. */
  readonly wait?: boolean
}

/** A machine that plugins are run on and whose files are not those of this process. */
export interface PluginHost {
  /** The directories of its CNI_PATH that hold the program, in order; undefined when nobody is there to ask. */
  find(type: string, query?: HostQuery): Promise<readonly string[] | undefined>
  /**
   * Runs a program that stands directly inside one of these directories. Of the environment it takes the CNI_ and
   * the tracing variables; the others are the host's own.
   *
   * @throws PlaitError when it cannot be known what became of the program.
   */
  run(request: ProcessRequest): Promise<ProcessOutcome>
}
