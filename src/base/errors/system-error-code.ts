// SPDX-License-Identifier: Apache-2.0

/** The code of a failed system call, such as `ENOSPC`, or of Node's own, such as `ERR_TLS_…`; undefined for other errors. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
