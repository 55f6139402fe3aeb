// SPDX-License-Identifier: Apache-2.0

// The types of file systems that namespaces are on, as statfs(2) says them (linux/magic.h).

/** Of files that are namespaces. */
export const NSFS_MAGIC = 0x6e73_6673
/** Of `/proc`, on which the kernel kept namespaces before it had a file system for them (Linux 3.19). */
export const PROC_SUPER_MAGIC = 0x9fa0
