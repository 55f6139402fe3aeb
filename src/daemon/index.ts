// SPDX-License-Identifier: Apache-2.0

export { Daemon } from './daemon.ts'
export { findPlaces } from './install/find-places.ts'
export { install } from './install/install.ts'
export type { FileReport } from './install/site.ts'
export { uninstall } from './install/uninstall.ts'
export { runDaemon } from './process/run-daemon.ts'
export { encodeFrame, FrameReader, frameType } from './protocol/frames.ts'
export type { Frame } from './protocol/frames.ts'
export { encodeShimReply } from './protocol/reply.ts'
export { decodeShimRequest } from './protocol/request.ts'
export type { ShimRequest } from './protocol/request.ts'
