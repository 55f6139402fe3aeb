// SPDX-License-Identifier: Apache-2.0

#include "io.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int64_t now_ms(void) {
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool wait_ready(int fd, short events, int64_t deadline) {
	for (;;) {
		int64_t left = deadline - now_ms();
		if (left < 0)
			left = 0;
		struct pollfd one = {.fd = fd, .events = events};
		int ready = poll(&one, 1, left > INT_MAX ? INT_MAX : (int)left);
		if (ready > 0)
			return true; // an error or a hang-up too: the read or write that follows tells which
		if (ready == 0) {
			errno = ETIMEDOUT;
			return false;
		}
		if (errno != EINTR)
			return false;
	}
}

void sleep_ms(int64_t ms) {
	int64_t end = now_ms() + ms;
	for (int64_t left = ms; left > 0; left = end - now_ms())
		poll(NULL, 0, left > INT_MAX ? INT_MAX : (int)left);
}

static bool may_try_again(void) {
	return errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK;
}

ssize_t read_some(int fd, void *data, size_t size, int64_t deadline) {
	for (;;) {
		if (!wait_ready(fd, POLLIN, deadline))
			return -1;
		ssize_t count = read(fd, data, size);
		if (count >= 0 || !may_try_again())
			return count;
	}
}

static void skip(struct iovec **parts, int *count, size_t written) {
	while (*count > 0 && written >= (*parts)->iov_len) {
		written -= (*parts)->iov_len;
		++*parts;
		--*count;
	}
	if (*count > 0) {
		(*parts)->iov_base = (char *)(*parts)->iov_base + written;
		(*parts)->iov_len -= written;
	}
}

// The first attempt is made without poll: nearly always everything fits.
bool write_all(int fd, struct iovec *parts, int count, int64_t deadline) {
	skip(&parts, &count, 0);
	while (count > 0) {
		ssize_t written = writev(fd, parts, count);
		if (written >= 0)
			skip(&parts, &count, (size_t)written);
		else if (!may_try_again() || !wait_ready(fd, POLLOUT, deadline))
			return false;
	}
	return true;
}
