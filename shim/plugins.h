// SPDX-License-Identifier: Apache-2.0
// Which programs of this host are plugins: what the daemon may have run here.

#ifndef SHIM_PLUGINS_H
#define SHIM_PLUGINS_H

#include <stdbool.h>
#include <stddef.h>

enum { FOUND_MAX = 64 };

struct directory {
	const char *path; // points into CNI_PATH, not terminated
	size_t size;
};

// The directories of CNI_PATH that hold a plugin of that name, in their order. Returns how many.
size_t find_plugin(const char *name, struct directory found[FOUND_MAX]);

// NULL when the path is that of a plugin: an executable regular file, directly inside a directory of CNI_PATH, and not the
// shim itself under one of its names. Else why not.
const char *refuse_plugin(const char *path);

#endif
