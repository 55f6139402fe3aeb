// SPDX-License-Identifier: Apache-2.0

export { parseDaemonConfig } from './config/daemon-config.ts'
export type { DaemonConfig } from './config/daemon-config.ts'
export { Daemon } from './daemon.ts'
export type { DaemonOptions } from './daemon.ts'
export { runDaemon } from './process/run-daemon.ts'
export { encodeFrame, FrameReader, frameType } from './protocol/frames.ts'
export type { Frame, FrameType } from './protocol/frames.ts'
export { decodeShimReply, encodeShimReply } from './protocol/reply.ts'
export type { ShimReply } from './protocol/reply.ts'
export { decodeShimRequest, encodeShimRequest } from './protocol/request.ts'
export type { ShimRequest } from './protocol/request.ts'
