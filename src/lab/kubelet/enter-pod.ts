// SPDX-License-Identifier: Apache-2.0

/** What has to be known of a pod to enter it. */
export interface PodEntrance {
  /** The process that holds the pod's namespaces; the PID namespace is that of its children. */
  readonly pid: number
  /** The root of the pod's containers, in the pod's mount namespace. */
  readonly root: string
}

/** The command that runs another one in a pod's namespaces and root, from the lab's PID namespace. */
export function enterPod({ pid, root }: PodEntrance, command: readonly string[]): string[] {
  const ns = `/proc/${pid}/ns`
  return [
    'nsenter',
    `--net=${ns}/net`,
    `--uts=${ns}/uts`,
    `--ipc=${ns}/ipc`,
    `--mount=${ns}/mnt`,
    `--pid=${ns}/pid_for_children`,
    '--',
    'chroot',
    root,
    ...command,
  ]
}
