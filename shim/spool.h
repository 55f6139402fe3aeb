// SPDX-License-Identifier: Apache-2.0
// Keeps requests on disk until a daemon is there: docs/reference/shim-protocol.md.

#ifndef SHIM_SPOOL_H
#define SHIM_SPOOL_H

#include <stdbool.h>
#include <stddef.h>

#include "request.h"

enum { SPOOL_FILES_MAX = 4096, SPOOL_BYTES_MAX = 64 << 20 };

// Writes the frame of the request to a file of its own; one for the same program, container and interface is replaced.
// When it returns true the file is on the disk. False: `problem` says why.
bool spool_request(const struct request *request, const char *directory, char *problem, size_t problem_size);

#endif
