// SPDX-License-Identifier: Apache-2.0

#include "answer.h"

#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "io.h"

enum { WRITE_MS = 30000, MESSAGE_BYTES = 1024 };

// stdout may be a pipe that blocks. A pipe that polls as writable takes PIPE_BUF bytes without blocking, so the deadline holds.
int answer(int status, const void *data, size_t size) {
	int64_t deadline = now_ms() + WRITE_MS;
	for (const char *next = data; size > 0;) {
		size_t chunk = size < PIPE_BUF ? size : PIPE_BUF;
		struct iovec part = {.iov_base = (void *)(uintptr_t)next, .iov_len = chunk};
		if (!wait_ready(STDOUT_FILENO, POLLOUT, deadline) || !write_all(STDOUT_FILENO, &part, 1, deadline))
			return 1;
		next += chunk;
		size -= chunk;
	}
	return status;
}

// Text from outside may hold any byte. What is not printable ASCII is escaped, and a byte that cannot be known to belong to
// a character becomes U+FFFD, so that the answer is JSON whatever was given.
static size_t quote(char *out, const char *text) {
	char *next = out;
	*next++ = '"';
	for (const unsigned char *c = (const unsigned char *)text; *c != 0; c++) {
		if (*c == '"' || *c == '\\') {
			*next++ = '\\';
			*next++ = (char)*c;
		} else if (*c >= 0x20 && *c < 0x7f && *c != '<' && *c != '>' && *c != '&') {
			*next++ = (char)*c;
		} else {
			next += sprintf(next, "\\u%04x", *c < 0x7f ? (unsigned)*c : 0xfffdU);
		}
	}
	*next++ = '"';
	return (size_t)(next - out);
}

int answer_error(enum cni_code code, const char *details, const char *format, ...) {
	char message[MESSAGE_BYTES];
	char clipped[MESSAGE_BYTES];
	char json[2 * (6 * MESSAGE_BYTES + 2) + 128];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);

	size_t size = (size_t)sprintf(json, "{\n    \"code\": %d,\n    \"msg\": ", (int)code);
	size += quote(json + size, message);
	if (details != NULL) {
		snprintf(clipped, sizeof clipped, "%s", details);
		size += (size_t)sprintf(json + size, ",\n    \"details\": ");
		size += quote(json + size, clipped);
	}
	size += (size_t)sprintf(json + size, "\n}");
	return answer(1, json, size);
}
