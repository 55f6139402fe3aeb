// SPDX-License-Identifier: Apache-2.0

#include "order.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "frames.h"
#include "request.h"

static bool take_list(struct fields *fields, char **list, size_t count) {
	for (size_t i = 0; i < count; i++)
		list[i] = take_text(fields);
	return !fields->broken;
}

static const char *read_arguments(struct fields *fields, struct order *order) {
	size_t count = take_number(fields);
	if (count > ARGUMENTS_MAX)
		return "it has too many arguments";
	order->arguments = calloc(count + 2, sizeof *order->arguments);
	if (order->arguments == NULL)
		return "there is no memory for its arguments";
	order->arguments[0] = order->path;
	take_list(fields, order->arguments + 1, count);
	return NULL;
}

static bool is_given(const char *variable, char *const *given, size_t count) {
	size_t name = strcspn(variable, "=") + 1;
	for (size_t i = 0; i < count; i++)
		if (strncmp(variable, given[i], name) == 0)
			return true;
	return false;
}

// What the runtime has set on this host stays (PATH, proxies), but nothing of the request that brought the shim here: the
// program may belong to another call, which has borrowed this shim.
static const char *read_environment(struct fields *fields, char *const *inherited, struct order *order) {
	size_t count = take_number(fields);
	size_t own = 0;
	while (inherited[own] != NULL)
		own++;
	if (count > VARIABLES_MAX)
		return "it has too many variables";
	order->environment = calloc(count + own + 1, sizeof *order->environment);
	if (order->environment == NULL)
		return "there is no memory for its variables";
	if (!take_list(fields, order->environment, count))
		return NULL; // said by the caller
	char **next = order->environment + count;
	for (size_t i = 0; i < own; i++)
		if (!is_of_call(inherited[i]) && !is_given(inherited[i], order->environment, count))
			*next++ = inherited[i];
	return NULL;
}

const char *read_order(unsigned char *payload, size_t size, char *const *inherited, struct order *order) {
	struct fields fields = {.next = payload, .end = payload + size};
	*order = (struct order){.id = take_number(&fields)};
	order->timeout_ms = (int64_t)take_number(&fields);
	order->stdout_max = take_number(&fields);
	order->stderr_max = take_number(&fields);
	order->path = take_text(&fields);
	const char *problem = read_arguments(&fields, order);
	if (problem == NULL)
		problem = read_environment(&fields, inherited, order);
	if (problem != NULL)
		return problem;
	struct iovec input = take_bytes(&fields);
	order->input = input.iov_base;
	order->input_size = input.iov_len;
	if (fields.broken || fields.next != fields.end)
		return "its fields cannot be read";
	if (order->stdout_max > STDOUT_MAX || order->stderr_max > STDERR_MAX)
		return "it asks for more output than this shim keeps";
	return NULL;
}

void free_order(struct order *order) {
	free(order->arguments);
	free(order->environment);
}
