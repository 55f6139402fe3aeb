// SPDX-License-Identifier: Apache-2.0
// Reading and writing with a deadline. Times are milliseconds of the monotonic clock.

#ifndef SHIM_IO_H
#define SHIM_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

int64_t now_ms(void);

// Waits until `fd` is ready. False: the deadline passed (errno ETIMEDOUT) or poll failed.
bool wait_ready(int fd, short events, int64_t deadline);

void sleep_ms(int64_t ms);

// Reads at most `size` bytes: their number, 0 at the end of the stream, -1 with errno (ETIMEDOUT at the deadline).
ssize_t read_some(int fd, void *data, size_t size, int64_t deadline);

// Writes everything, however many system calls that takes. `parts` is used up.
bool write_all(int fd, struct iovec *parts, int count, int64_t deadline);

#endif
