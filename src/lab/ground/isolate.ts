// SPDX-License-Identifier: Apache-2.0

import { formatShellCommand, runCommand } from '../../base/index.ts'

/** Where the lab keeps what belongs to all of it: logs, kubeconfigs, the machine's own /etc. */
export const labDirectory = '/var/lib/plait-lab'

/** Directories that the lab sees empty, so that nothing of it can reach the machine's files. */
const hidden = ['/run', '/var/lib', '/opt', '/tmp', '/var/tmp']

/**
 * Hides the machine's changeable directories from the lab's mount namespace, which must be its own. /etc stays
 * readable, through links, with an empty /etc/cni.
 *
 * @param kept directories that stay visible even if they are in a hidden one: the checkout, the Node program.
 */
export async function isolateFiles(kept: readonly string[]): Promise<void> {
  await runCommand(['sh', '-s'], { input: isolationScript(kept), timeoutMs: 20_000 })
}

/** The script of {@link isolateFiles}. */
export function isolationScript(kept: readonly string[]): string {
  const saved = kept.filter((path) => hidden.some((directory) => path.startsWith(`${directory}/`)))
  return [
    'set -e',
    // /mnt is the one directory of the standard (FHS 3.12) that nothing else is kept in: first a place to save things.
    'mount -t tmpfs -o mode=755 plait-lab /mnt',
    'mkdir /mnt/etc',
    'mount --rbind /etc /mnt/etc',
    ...saved.flatMap((path, index) => [
      `mkdir /mnt/${index}`,
      formatShellCommand(['mount', '--rbind', path, `/mnt/${index}`]),
    ]),
    ...hidden.map((path) => `mount -t tmpfs -o mode=${path.endsWith('tmp') ? 1777 : 755} plait-lab ${path}`),
    ...saved.flatMap((path, index) => [
      formatShellCommand(['mkdir', '-p', path]),
      formatShellCommand(['mount', '--rbind', `/mnt/${index}`, path]),
    ]),
    `mkdir -p ${labDirectory}/etc ${labDirectory}/logs`,
    `mount --rbind /mnt/etc ${labDirectory}/etc`,
    'mount -t tmpfs -o mode=755 plait-lab /etc',
    `ln -s ${labDirectory}/etc/* /etc/`,
    'rm -f /etc/cni',
    'mkdir -p /etc/cni /opt/cni /var/lib/cni /run/netns',
    'mount -t tmpfs -o mode=755 plait-lab /mnt',
  ].join('\n')
}
