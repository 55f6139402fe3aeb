// SPDX-License-Identifier: Apache-2.0

import type { ErrorEntries } from './entry.ts'

/** Failures of the CNI protocol: versions, environment, results, foreign plugins. */
export const cniErrors = {
  'cni/plugin-missing': {
    cause:
      'No bundled plugin and no executable in the CNI directories has the type that a configuration names.',
    remedy: 'Correct "type", or install the plugin on the node.',
  },
  'cni/plugin-failed': {
    cause: 'A plugin ended with an error, and the message is what it said about it.',
    remedy: 'Read the message; if it is empty, run the plugin by hand with the same environment and input.',
  },
  'cni/plugin-timeout': {
    cause: 'A plugin did not end before its deadline and was killed with everything it had started.',
    remedy: 'Look what the plugin waits for: its daemon, its API server, a lock.',
  },
  'cni/plugin-busy': {
    cause: 'As many external plugins ran on the node as may, and a turn did not come before the deadline.',
    remedy:
      'The runtime tries again by itself; if it stays so, look which plugin takes long, or raise "externalPluginLimit".',
  },
  'cni/plugin-output': {
    cause: 'A plugin printed something that is no CNI result, or more than is allowed.',
    remedy:
      'Run the plugin by hand and look at what it prints to standard output; logs belong on standard error.',
  },
  'cni/version-unsupported': {
    cause: 'A configuration, a result and a plugin do not agree on a version of the CNI specification.',
    remedy: 'Set "cniVersion" to a version that every plugin of the network supports.',
  },
  'cni/environment-invalid': {
    cause: 'A CNI_ variable that the command needs is missing or has a value that is not allowed.',
    remedy: 'Look at the runtime, or at the command line if the plugin was run by hand.',
  },
  'cni/args-invalid': {
    cause: 'CNI_ARGS is not a list of KEY=VALUE, or has a key that the plugin does not know.',
    remedy: 'Correct the pair that the message names, or add IgnoreUnknown=1.',
  },
  'cni/result-invalid': {
    cause: 'A result of a plugin, or a previous result in a configuration, cannot be decoded or converted.',
    remedy: 'Compare the field that the message names with the CNI specification of that version.',
  },
  'cni/network-missing': {
    cause: 'No configuration file in the directory has the name that was asked for.',
    remedy: 'List the directory; compare "name" inside the files, not the file names.',
  },
  'cni/cache-failed': {
    cause: 'The result of an attachment could not be written to or read from the cache directory.',
    remedy: 'Look at free space, permissions and mounts of the cache directory on the node.',
  },
} as const satisfies ErrorEntries
