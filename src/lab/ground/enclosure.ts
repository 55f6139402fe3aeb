// SPDX-License-Identifier: Apache-2.0

/** How the process inside the lab is started. */
export interface EnclosureOptions {
  /** Whether this user may make namespaces without a user namespace, that is, is root. */
  readonly root: boolean
  /** Whether the lab ends with the process that starts it; `lab up` returns and leaves the lab behind. */
  readonly diesWithParent: boolean
}

/**
 * The command that runs another one as process 1 of a lab: in user (unless root), network, mount and PID namespaces
 * of its own. Process 1 holds everything: when it ends, however that comes about, the kernel ends all processes of
 * the PID namespace, and with the last of them go all network namespaces, links and mounts.
 *
 * The chain of deaths: the front process dies → setpriv's parent-death signal kills `unshare` → `--kill-child` kills
 * process 1. The user namespace is made by an `unshare` of its own, because a change of credentials clears the
 * parent-death signal (prctl(2), PR_SET_PDEATHSIG).
 */
export function enclose(command: readonly string[], { root, diesWithParent }: EnclosureOptions): string[] {
  return [
    'unshare',
    ...(root ? [] : ['--user', '--map-root-user']),
    '--net',
    '--mount',
    '--',
    ...(diesWithParent ? ['setpriv', '--pdeathsig', 'KILL', '--'] : []),
    'unshare',
    '--pid',
    '--fork',
    '--kill-child=SIGKILL',
    '--mount-proc',
    '--',
    ...command,
  ]
}

/**
 * The command that runs another one inside a running lab.
 *
 * @param pid the process that {@link enclose} became: its PID namespace is that of its children.
 */
export function enterEnclosure(command: readonly string[], pid: number, root: boolean): string[] {
  const ns = `/proc/${pid}/ns`
  return [
    'nsenter',
    ...(root ? [] : [`--user=${ns}/user`, '--preserve-credentials']),
    `--net=${ns}/net`,
    `--mount=${ns}/mnt`,
    `--pid=${ns}/pid_for_children`,
    '--',
    ...command,
  ]
}
