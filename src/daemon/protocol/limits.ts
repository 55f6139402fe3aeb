// SPDX-License-Identifier: Apache-2.0

/** The bounds of the shim protocol, the same as in shim/{request,frames,order,plugins}.h. */
export const protocolLimits = {
  /** Payload of one frame. */
  frameBytes: 10 * 1024 * 1024,
  /** Network configuration on standard input. */
  stdinBytes: 8 * 1024 * 1024,
  /** Variables of one request, counted. */
  variables: 4096,
  /** Standard output of one program that the shim runs. */
  programStdoutBytes: 8 * 1024 * 1024,
  /** Its standard error. */
  programStderrBytes: 1024 * 1024,
  /** Programs that one shim runs at the same time. */
  programs: 16,
  /** Directories that one FOUND frame names. */
  directories: 64,
} as const

/** The value of the Upgrade header; the number changes when an old shim could misread a new daemon. */
export const protocolName = 'plait-shim/1'
