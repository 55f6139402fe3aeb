// SPDX-License-Identifier: Apache-2.0
// What a daemon says after its acceptance: frames, EXEC, FIND, KILL, REPLY. The first byte of the input says how many of the
// others come together with the acceptance. No program is ever run: the only directory of CNI_PATH does not exist.

#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../../shim/io.h"
#include "../../../shim/session.h"

enum { INPUT_MAX = 16384, DEADLINE_MS = 2000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	int ends[2];
	if (size == 0 || size > INPUT_MAX)
		return -1;
	setenv("CNI_PATH", "/nonexistent", 1);
	signal(SIGPIPE, SIG_IGN);
	size_t early = data[0] < size ? data[0] : size - 1;
	size_t late = size - 1 - early;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0 ||
	    write(ends[1], data + 1 + early, late) != (ssize_t)late || shutdown(ends[1], SHUT_WR) != 0)
		abort();
	struct session_end end = run_session(ends[0], data + 1, early, now_ms() + DEADLINE_MS);
	if ((end.reply == NULL) != (end.reason[0] != 0) || (end.reply != NULL && end.size == 0))
		abort();
	free(end.reply);
	close(ends[0]);
	close(ends[1]);
	return 0;
}
