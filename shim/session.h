// SPDX-License-Identifier: Apache-2.0
// A connection that the daemon has accepted: runs what it asks for until its REPLY comes.

#ifndef SHIM_SESSION_H
#define SHIM_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REASON_BYTES = 256 };

struct session_end {
	unsigned char *reply; // the payload of the REPLY, to be freed; NULL when none came
	size_t size;
	char reason[REASON_BYTES]; // why none came
};

// `early` are the bytes that came together with the acceptance. When it returns nothing runs any more that it has started.
struct session_end run_session(int fd, const unsigned char *early, size_t early_size, int64_t deadline);

#endif
