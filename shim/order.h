// SPDX-License-Identifier: Apache-2.0
// What an EXEC frame asks for.

#ifndef SHIM_ORDER_H
#define SHIM_ORDER_H

#include <stdint.h>
#include <stddef.h>

enum { STDOUT_MAX = 8 << 20, STDERR_MAX = 1 << 20, ARGUMENTS_MAX = 64, VARIABLES_MAX = 4096 };

struct order {
	size_t id;
	char *path;
	char **arguments;   // for execve(2), the path first
	char **environment; // this process' without those of its call, under those of the frame
	int64_t timeout_ms;
	size_t stdout_max, stderr_max;
	const unsigned char *input; // points into the payload
	size_t input_size;
};

// Reads the payload, which is changed and stays in use as long as the order. NULL when it can be used, else why not.
// `order->id` is known in either case if the payload has 4 bytes. The order is to be given to free_order() in either case.
const char *read_order(unsigned char *payload, size_t size, char *const *inherited, struct order *order);

void free_order(struct order *order);

#endif
