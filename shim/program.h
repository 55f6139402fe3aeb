// SPDX-License-Identifier: Apache-2.0
// One program that runs on this host at the daemon's request. Nothing here waits: program_step() does what can be done.

#ifndef SHIM_PROGRAM_H
#define SHIM_PROGRAM_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "order.h"

enum { PROGRAM_FDS = 3 };

enum kill_reason { NOT_KILLED = 0, KILLED_AT_DEADLINE = 1, KILLED_FOR_OUTPUT = 2, KILLED_ON_REQUEST = 3 };

struct stream {
	int fd; // -1 once it is over
	unsigned char *data;
	size_t size, capacity, limit;
};

struct program {
	size_t id;
	pid_t pid;
	unsigned char *payload; // of its EXEC frame; holds the input
	const unsigned char *input;
	size_t input_left;
	int input_fd, start_fd; // start_fd tells why it could not be started
	struct stream out, err;
	enum kill_reason killed;
	bool ended;
	int end; // as waitpid(2) gives it
	int64_t deadline; // for its end; then for what may come after its end
};

// Starts it, in a process group of its own that ends with this process. Takes over `payload`. NULL: errno says why not.
struct program *program_start(const struct order *order, unsigned char *payload);

void program_step(struct program *program);

// Whether there is nothing more to come.
bool program_is_over(const struct program *program);

// Why it could not be started, as an errno; 0 when it was. Asked once, when it is over.
int program_start_error(const struct program *program);

// Kills it with its whole group.
void program_kill(struct program *program, enum kill_reason reason);

// What to wait for: returns how many of the entries it has filled.
int program_poll(const struct program *program, struct pollfd entries[PROGRAM_FDS]);

void program_free(struct program *program);

#endif
