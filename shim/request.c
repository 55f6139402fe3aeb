// SPDX-License-Identifier: Apache-2.0

#include "request.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answer.h"
#include "frames.h"
#include "io.h"

enum { STDIN_MS = 30000, STDIN_FIRST = 16 << 10 };

bool read_stdin(struct request *request, int *status) {
	int64_t deadline = now_ms() + STDIN_MS;
	size_t capacity = 0;
	for (;;) {
		if (request->stdin_size == capacity) {
			if (capacity > STDIN_MAX) {
				*status = answer_error(CNI_INVALID_CONFIG, NULL,
				                       "Cannot read the network configuration: there are more than %d bytes on stdin; make it smaller",
				                       STDIN_MAX);
				return false;
			}
			// One byte more than is allowed, so that reading it proves an excess.
			capacity = capacity == 0 ? STDIN_FIRST : capacity < STDIN_MAX / 4 ? capacity * 4 : STDIN_MAX + 1;
			char *larger = realloc(request->stdin_data, capacity);
			if (larger == NULL) {
				*status = answer_error(CNI_IO, NULL, "error reading from stdin: %s", strerror(errno));
				return false;
			}
			request->stdin_data = larger;
		}
		ssize_t count = read_some(STDIN_FILENO, request->stdin_data + request->stdin_size, capacity - request->stdin_size, deadline);
		if (count == 0)
			return true;
		if (count < 0) {
			*status = answer_error(CNI_IO, NULL, "error reading from stdin: %s", strerror(errno));
			return false;
		}
		request->stdin_size += (size_t)count;
	}
}

bool is_of_call(const char *variable) {
	static const char *const starts[] = {"CNI_", "TRACEPARENT=", "TRACESTATE=", "BAGGAGE="};
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		if (strncmp(variable, starts[i], strlen(starts[i])) == 0)
			return strchr(variable, '=') != NULL;
	return false;
}

static unsigned char *put_string(unsigned char *out, const char *text) {
	size_t size = strlen(text);
	put_u32(out, size);
	memcpy(out + 4, text, size);
	return out + 4 + size;
}

bool encode_head(struct request *request, char *const *environment, int *status) {
	size_t variables = 0;
	size_t size = FRAME_HEADER + 4 + strlen(request->program) + 4 + 4;
	for (char *const *one = environment; *one != NULL; one++) {
		if (!is_of_call(*one))
			continue;
		variables++;
		size += 4 + strlen(*one);
	}
	request->head = size > ENVIRONMENT_MAX ? NULL : malloc(size);
	if (request->head == NULL) {
		*status = answer_error(CNI_INVALID_ENVIRONMENT, NULL,
		                       "Cannot pass the request on: the CNI_* variables need %zu bytes, and at most %d are taken", size,
		                       ENVIRONMENT_MAX);
		return false;
	}
	request->head[0] = FRAME_REQUEST;
	put_u32(request->head + 1, size - FRAME_HEADER + request->stdin_size);
	unsigned char *next = put_string(request->head + FRAME_HEADER, request->program);
	put_u32(next, variables);
	next += 4;
	for (char *const *one = environment; *one != NULL; one++)
		if (is_of_call(*one))
			next = put_string(next, *one);
	put_u32(next, request->stdin_size);
	request->head_size = size;
	return true;
}
