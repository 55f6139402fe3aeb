// SPDX-License-Identifier: Apache-2.0
// One CNI call as the daemon gets it: the REQUEST frame of docs/reference/shim-protocol.md.

#ifndef SHIM_REQUEST_H
#define SHIM_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

enum { STDIN_MAX = 8 << 20, ENVIRONMENT_MAX = 1 << 20 };

struct request {
	const char *program, *command;
	char *stdin_data;
	size_t stdin_size;
	unsigned char *head; // the frame up to the bytes of stdin, which follow it
	size_t head_size;
};

// Reads stdin to its end. False: an error was answered and `*status` is the exit status.
bool read_stdin(struct request *request, int *status);

// Whether a variable of the environment is one of this call's, or of the trace that it is part of (W3C Trace Context).
bool is_of_call(const char *variable);

// Builds the head from the program name and the CNI_* variables. False: as above.
bool encode_head(struct request *request, char *const *environment, int *status);

#endif
