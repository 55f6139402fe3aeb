// SPDX-License-Identifier: Apache-2.0

// As a pod sees the host's directory that it mounts: nothing of the rest of /var/run, and namespaces that are made later.
const script = `set -e
mount -t tmpfs -o mode=755 plait-lab /mnt
mkdir /mnt/netns /mnt/lib
mount --rbind /run/netns /mnt/netns
mount --rbind /var/lib /mnt/lib
mount -t tmpfs -o mode=755 plait-lab /var
mkdir -p /var/lib /var/tmp /var/run/netns
mount --rbind /mnt/lib /var/lib
mount -t tmpfs -o mode=755 plait-lab /run/netns
for directory in $1; do mount --rbind /mnt/netns "$directory"; done
umount -l /mnt/netns
shift
exec "$@"`

/** The command that runs another one where named network namespaces are seen in these directories and nowhere else. */
export function seeingNetnsOnlyIn(directories: readonly string[], command: readonly string[]): string[] {
  const isolate = ['unshare', '--mount', '--propagation', 'slave', '--']
  return [...isolate, 'sh', '-c', script, 'sh', directories.join(' '), ...command]
}
