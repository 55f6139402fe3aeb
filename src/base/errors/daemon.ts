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
  'daemon/socket-owned': {
    cause: 'Another daemon answers on the socket and is not stopping; two cannot serve the same node.',
    remedy:
      'Stop the other daemon (the message names it), or give this one a "socketDir" of its own. In a DaemonSet, keep maxSurge at 0.',
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
  'daemon/host-gone': {
    cause: 'The shim that ran a plugin on the host ended before the plugin did, and the plugin with it.',
    remedy:
      'The runtime tries again by itself; if it stays so, look why it ends the shim: its deadline, memory.',
  },
  'daemon/host-refused': {
    cause:
      'The shim did not run a plugin on the host: it is no executable file in CNI_PATH, or too much is asked.',
    remedy:
      'Look at the file that the message names, and at the plugin directories in the configuration of the runtime.',
  },
  'daemon/port-unavailable': {
    cause:
      'The port for metrics and probes is taken, or its address is not one of the node. Everything else works.',
    remedy:
      'Stop what listens there, or change "metricsPort" or "metricsAddress". It is tried again all the time.',
  },
  'daemon/spool-unsafe': {
    cause:
      'The directory in which shims keep DELs belongs to another user, or others than its owner may write there.',
    remedy:
      'Give the directory that the message names to root with mode 0700; the DELs in it are replayed then.',
  },
  'daemon/spool-given-up': {
    cause:
      'A DEL that a shim has kept has failed for three days; its attachment may not be taken away in full. It is not tried again.',
    remedy:
      'Mend what the message says, then rename the file that it names to end with ".del": it is replayed at once. Delete it when nothing of the container is left on the node.',
  },
  'daemon/program-unknown': {
    cause: 'The shim was started under a name that is neither Multus nor a bundled plugin.',
    remedy: 'Rename the link in the CNI directory to multus-shim or to the name of a bundled plugin.',
  },
  'daemon/default-network-invalid': {
    cause:
      'The configuration of the default network does not fit: its version is missing or too old, or it has no name.',
    remedy: 'Correct the file that the message names, or "cniVersion" in the daemon configuration.',
  },
  'daemon/config-file-unreadable': {
    cause: 'The file that "multusConfigFile" names cannot be read.',
    remedy: 'Put the file there, correct "multusConfigFile", or set it to auto.',
  },
  'daemon/cni-config-unwritable': {
    cause: "The node's CNI configuration cannot be written: no such directory, read-only, or full.",
    remedy: 'Look at "cniConfigDir" in the daemon configuration and at the mount that it lies on.',
  },
  'daemon/install-failed': {
    cause:
      "The node's directory of plugins or configurations cannot be written, or what shall be installed is no shim.",
    remedy:
      'Run it as root, name the directories with --cni-bin-dir and --cni-conf-dir, and the shim with --shim.',
  },
  'daemon/manifest-broken': {
    cause: 'The file that says what was installed on this node cannot be read.',
    remedy:
      'Repair the file that the message names; only to give up what is kept beside it, remove its directory and install again.',
  },
  'daemon/places-unknown': {
    cause:
      "None of the directories in which distributions keep the runtime's plugins and configurations is there.",
    remedy:
      'Name both with --cni-bin-dir and --cni-conf-dir; the configuration of the runtime says where they are.',
  },
  'daemon/still-running': {
    cause: 'A daemon runs on the node that shall be given back; it would write its configuration again.',
    remedy: 'Delete the DaemonSet or stop the daemon, then uninstall; --force goes on all the same.',
  },
} as const satisfies ErrorEntries
