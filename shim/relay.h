// SPDX-License-Identifier: Apache-2.0
// Carries a request to the daemon and its answer back: docs/reference/shim-protocol.md.

#ifndef SHIM_RELAY_H
#define SHIM_RELAY_H

#include <stdint.h>

#include "request.h"

struct relay_options {
	const char *socket_path;
	const char *spool; // directory that a DEL is kept in when no daemon takes it
	int64_t absent_ms;  // until a daemon takes the connection
	int64_t busy_ms;    // until a daemon that has taken it has accepted the request: it is there, and has much to do
	int64_t reply_ms;   // from then on until its answer is complete
};

// Answers the runtime, with the daemon's words or with an error of its own. Returns the exit status.
int relay(const struct request *request, const struct relay_options *options);

#endif
