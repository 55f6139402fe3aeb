// SPDX-License-Identifier: Apache-2.0

import type { ErrorEntries } from './entry.ts'

/** Failures of the lab: topology files, scenarios, clean-up. */
export const labErrors = {
  'lab/tools-missing': {
    cause: 'The lab uses programs of the machine (ip, ping, busybox, unshare, …) and some are not there.',
    remedy: 'Install the packages that the message names.',
  },
  'lab/namespaces-refused': {
    cause: 'The kernel or its policy does not let this user make user, network, mount and PID namespaces.',
    remedy:
      'Run as root, or allow user namespaces (user.max_user_namespaces, AppArmor, seccomp of the container).',
  },
  'lab/shim-missing': {
    cause: 'The shim that the lab calls as a runtime would has not been built.',
    remedy: 'Run "make -C shim" in the checkout; it needs a C compiler.',
  },
  'lab/scenario-unknown': {
    cause: 'There is no scenario of that name, and no folder at that path.',
    remedy:
      'Choose one of those that "plait lab list" shows, or give the path of a folder with a topology.yaml.',
  },
  'lab/scenario-invalid': {
    cause: 'A file of the scenario does not say what it should.',
    remedy: 'Correct the place that the message names; docs/guide/lab.md describes the files.',
  },
  'lab/build-failed': {
    cause: 'A node, switch, router, daemon or pod of the lab could not be made or did not become ready.',
    remedy: 'Read the cause in the message; run again with --verbose to see what each process says.',
  },
  'lab/ended-early': {
    cause: 'The process inside the lab ended before it had reported.',
    remedy: 'Read its last lines in the message; run again with --verbose.',
  },
  'lab/already-up': {
    cause: 'A lab of this user is up, and only one can be.',
    remedy: 'Take it down with "plait lab down".',
  },
  'lab/not-up': {
    cause: 'The command needs a running lab, and none is up.',
    remedy: 'Start one with "plait lab up".',
  },
  'lab/picture-unwritable': {
    cause: 'The file for the picture of the topology cannot be written.',
    remedy: 'Name a file in a directory that exists and is yours.',
  },
  'lab/state-unwritable': {
    cause: 'The directory for the files of a running lab (process number, kubeconfig) cannot be written.',
    remedy: 'Set XDG_RUNTIME_DIR to a directory of your own.',
  },
  'lab/not-offered': {
    cause: 'kubectl asked the lab for something that only a real kubelet does.',
    remedy: 'Use exec and logs; attach and port-forward need a real cluster.',
  },
  'lab/pod-unknown': {
    cause: 'No running pod of the lab has that name.',
    remedy: 'Choose one of the pods that the message or "plait lab status" names.',
  },
} as const satisfies ErrorEntries
