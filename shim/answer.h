// SPDX-License-Identifier: Apache-2.0
// What the runtime reads on stdout. Each function returns the exit status of the process.

#ifndef SHIM_ANSWER_H
#define SHIM_ANSWER_H

#include <stddef.h>

// The codes of the CNI specification that the shim gives by itself.
enum cni_code {
	CNI_INCOMPATIBLE_VERSION = 1,
	CNI_UNKNOWN_CONTAINER = 3,
	CNI_INVALID_ENVIRONMENT = 4,
	CNI_IO = 5,
	CNI_DECODING = 6,
	CNI_INVALID_CONFIG = 7,
	CNI_TRY_AGAIN_LATER = 11,
	CNI_NOT_AVAILABLE = 50,
	CNI_INTERNAL = 999,
};

// Writes the bytes to stdout and returns `status`, or 1 when nobody takes them.
int answer(int status, const void *data, size_t size);

// Writes a CNI error object (4 spaces, no newline at the end). `details` may be NULL. Returns 1.
int answer_error(enum cni_code code, const char *details, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
