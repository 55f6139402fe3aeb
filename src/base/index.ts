// SPDX-License-Identifier: Apache-2.0

export { runCommand } from './command/run-command.ts'
export type { CommandOutput } from './command/run-command.ts'
export { formatShellCommand } from './command/shell-command.ts'
export { delay } from './concurrency/delay.ts'
export { KeyedMutex } from './concurrency/keyed-mutex.ts'
export { Limiter } from './concurrency/limiter.ts'
export { Lull } from './concurrency/lull.ts'
export { retry } from './concurrency/retry.ts'
export { UndoStack } from './concurrency/undo-stack.ts'
export { waitFor } from './concurrency/wait-for.ts'
export { UnderWay } from './concurrency/under-way.ts'
export { errorCatalogue } from './errors/catalogue.ts'
export type { ErrorId } from './errors/catalogue.ts'
export { CommandError } from './errors/command-error.ts'
export { ConfigError } from './errors/config-error.ts'
export { describeError, errorIdOf } from './errors/describe.ts'
export { oneLine } from './errors/one-line.ts'
export { PlaitError } from './errors/plait-error.ts'
export { systemErrorCode } from './errors/system-error-code.ts'
export { TimeoutError } from './errors/timeout-error.ts'
export { toError } from './errors/to-error.ts'
export { DirectoryEvents } from './files/directory-events.ts'
export { removeFile } from './files/remove-file.ts'
export { replaceFile } from './files/replace-file.ts'
export { syncDirectory } from './files/sync-directory.ts'
export { writeFileAtomic } from './files/write-file-atomic.ts'
export {
  bitsOf,
  compareIp,
  formatIp,
  ipFromBytes,
  ipToBytes,
  offsetIp,
  parseIp,
  sameIp,
  tryParseIp,
} from './ip/address.ts'
export type { IpAddress } from './ip/address.ts'
export {
  broadcastOf,
  containsIp,
  firstIp,
  formatCidr,
  hostCidr,
  isDefaultRoute,
  lastIp,
  networkOf,
  parseCidr,
  sameCidr,
  tryParseCidr,
} from './ip/cidr.ts'
export type { Cidr } from './ip/cidr.ts'
export { isLinkLocal, isLoopback, isMulticast, isUnspecified } from './ip/kinds.ts'
export { formatGoJson } from './json/format-go-json.ts'
export { getCaseInsensitive, isJsonObject, parseJson } from './json/value.ts'
export type { JsonObject, JsonValue } from './json/value.ts'
export { createLog } from './log/create-log.ts'
export type { LogLevel } from './log/create-log.ts'
export { silentLog } from './log/log.ts'
export { RotatingFile } from './log/rotating-file.ts'
export type { RotationLimits } from './log/rotating-file.ts'
export type { Log } from './log/log.ts'
export { formatMac, macToBytes, parseMac } from './mac.ts'
export { version } from './version.ts'
