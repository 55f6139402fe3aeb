// SPDX-License-Identifier: Apache-2.0

import type { ErrorEntries } from './entry.ts'

/** Failures of the daemon, the shim and their installation. */
export const daemonErrors = {
  'daemon/config-invalid': {
    cause: 'The daemon configuration file cannot be read, is no JSON object, or has a key of the wrong type.',
    remedy:
      'Correct the key that the message names in the daemon configuration file, then start the daemon again.',
  },
  'daemon/socket-unsafe': {
    cause: 'The directory of the socket belongs to another user, or others than its owner may write there.',
    remedy: 'Choose a "socketDir" of its own, or give the directory to root with mode 0700.',
  },
  'daemon/socket-failed': {
    cause: 'The socket could not be made: the path is too long, the file system is read-only or full.',
    remedy: 'Look at "socketDir" in the daemon configuration and at the mount that it lies on.',
  },
  'daemon/protocol-violated': {
    cause:
      'A caller of the socket sent bytes that are not the shim protocol, too many of them, or too slowly.',
    remedy: 'Install the shim that belongs to this daemon; look which process connects to the socket.',
  },
  'daemon/busy': {
    cause: 'Too many requests were running or waiting, or one waited for its turn until its deadline.',
    remedy: 'The runtime tries again by itself; if it stays so, look in the log which requests take long.',
  },
  'daemon/stopping': {
    cause: 'The daemon was told to stop and takes no new requests.',
    remedy: 'The runtime tries again by itself; look that the next daemon starts.',
  },
  'daemon/request-timeout': {
    cause: 'A request was not finished before its deadline; what it had made was taken back.',
    remedy: 'Look in the log at which step it stood still: API server, plugin, lock.',
  },
  'daemon/caller-gone': {
    cause:
      'The runtime ended the shim before its request was finished; what the request had made was taken back.',
    remedy: 'Look why the request took longer than the runtime waits.',
  },
  'daemon/program-unknown': {
    cause: 'The shim was started under a name that is neither Multus nor a bundled plugin.',
    remedy: 'Rename the link in the CNI directory to multus-shim or to the name of a bundled plugin.',
  },
} as const satisfies ErrorEntries
