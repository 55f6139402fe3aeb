// SPDX-License-Identifier: Apache-2.0

// The types of file systems that namespaces are on, as statfs(2) says them (linux/magic.h).

export const NSFS_MAGIC = 0x6e73_6673
export const PROC_SUPER_MAGIC = 0x9fa0
