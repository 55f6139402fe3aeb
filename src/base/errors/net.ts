// SPDX-License-Identifier: Apache-2.0

import type { ErrorEntries } from './entry.ts'

/** Failures of the kernel's network side: namespaces, links, addresses, routes, rules, sysctls, nft. */
export const netErrors = {
  'net/master-missing': {
    cause: 'The interface that a network names as its master does not exist on the node.',
    remedy: 'Correct "master" in the network attachment definition, or add the interface to the node.',
  },
  'net/namespace-missing': {
    cause:
      'The path of the network namespace does not exist: the sandbox is gone or was never made, or the daemon does ' +
      'not see the directory in which the runtime keeps namespaces.',
    remedy:
      'Nothing if the pod was being removed; otherwise add the mount that the details name, or look at the ' +
      'container runtime.',
  },
  'net/not-a-namespace': {
    cause: 'The path given as a network namespace is a file of another kind.',
    remedy: 'Give a path below /proc/<pid>/ns or a bind mount of one, such as /run/netns/<name>.',
  },
  'net/own-namespace': {
    cause: 'The namespace given for the container is the one that the plugin runs in.',
    remedy: 'Look at the runtime; a pod on the host network must not be given interfaces.',
  },
  'net/kernel-refused': {
    cause: 'The kernel answered a request with an error that has no page of its own.',
    remedy:
      "Read the text in brackets, which is the kernel's own explanation, and the request that it names.",
  },
  'net/not-permitted': {
    cause:
      'The process lacks the capability for the request (CAP_NET_ADMIN, or CAP_SYS_ADMIN to enter namespaces).',
    remedy: "Run as root, or give the daemon's container the capabilities of the shipped manifest.",
  },
  'net/not-supported': {
    cause: 'This kernel was built without the feature, or the module is not loaded.',
    remedy: 'Load the module (modprobe macvlan, 8021q, ipvlan, …) or use a kernel that has it.',
  },
  'net/already-exists': {
    cause: 'A link, address, route or rule of that name or key exists already.',
    remedy: 'Remove the leftover, or choose another interface name.',
  },
  'net/link-missing': {
    cause: 'A link that the request names does not exist in that network namespace.',
    remedy: 'Compare the name with "ip link" in the same namespace.',
  },
  'net/busy': {
    cause: 'The link is in use in a way that excludes the request, such as macvlan and bridge port at once.',
    remedy: 'Free the link ("ip -d link show" names its master and uppers) or use another one.',
  },
  'net/no-answer': {
    cause: 'The kernel did not answer a netlink request in time, or its answer was lost or malformed.',
    remedy: 'Try again; report it with the request named in the message if it persists.',
  },
  'net/dad-failed': {
    cause: 'Duplicate address detection found another station that uses the IPv6 address.',
    remedy: 'Find the other station, or take its address out of the range of the network.',
  },
  'net/address-tentative': {
    cause: 'An IPv6 address did not leave the tentative state in time, although the link is up.',
    remedy: 'Look whether the network drops neighbour solicitations, or switch DAD off for the network.',
  },
  'net/sysctl-refused': {
    cause: 'A kernel setting could not be written: it is unknown, read-only or the value is out of range.',
    remedy: 'Compare the name with "sysctl -a" in the pod\'s namespace; /proc/sys must be writable.',
  },
} as const satisfies ErrorEntries
