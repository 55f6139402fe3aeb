// SPDX-License-Identifier: Apache-2.0

#include "relay.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "answer.h"
#include "io.h"

#define PROTOCOL "plait-shim/1"

enum { FIRST_PAUSE_MS = 10, LONGEST_PAUSE_MS = 250, HTTP_HEAD_MAX = 1024, REASON_BYTES = 256 };

struct connection {
	const struct request *request;
	const char *path;
	int fd;
	unsigned char received[4096]; // what came and is not used yet: from `from` to `to`
	size_t from, to;
	char reason[REASON_BYTES]; // why the daemon could not be reached or did not answer
};

__attribute__((format(printf, 2, 3))) static bool failed(struct connection *connection, const char *format, ...) {
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(connection->reason, sizeof connection->reason, format, arguments);
	va_end(arguments);
	return false;
}

static bool open_socket(struct connection *connection) {
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct ucred peer;
	socklen_t size = sizeof peer;
	snprintf(address.sun_path, sizeof address.sun_path, "%s", connection->path); // main.c has checked that it fits
	connection->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (connection->fd < 0 || connect(connection->fd, (struct sockaddr *)&address, sizeof address) != 0)
		return failed(connection, "%s", errno == EAGAIN ? "its queue of connections is full" : strerror(errno));
	if (getsockopt(connection->fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
		return failed(connection, "%s", strerror(errno));
	if (peer.uid != 0 && peer.uid != geteuid())
		return failed(connection, "user %u listens there, and not root", (unsigned)peer.uid);
	return true;
}

// The request goes out together with the upgrade, which saves a round trip; nobody reads it before the 101.
static bool send_request(struct connection *connection, int64_t deadline) {
	static char upgrade[] = "GET /plait-shim HTTP/1.1\r\nHost: plait\r\nUser-Agent: plait-shim/" SHIM_VERSION
				"\r\nConnection: Upgrade\r\nUpgrade: " PROTOCOL "\r\n\r\n";
	const struct request *request = connection->request;
	struct iovec parts[] = {
		{.iov_base = upgrade, .iov_len = sizeof upgrade - 1},
		{.iov_base = request->head, .iov_len = request->head_size},
		{.iov_base = request->stdin_data, .iov_len = request->stdin_size},
	};
	if (write_all(connection->fd, parts, 3, deadline))
		return true;
	if (errno == EPIPE || errno == ECONNRESET)
		return true; // it may have said why before it hung up
	return failed(connection, errno == ETIMEDOUT ? "it does not read the request" : "%s", strerror(errno));
}

// The head of the HTTP answer, as text. What follows it stays in `received`.
static bool read_http_head(struct connection *connection, char *head, int64_t deadline) {
	size_t size = 0;
	connection->from = connection->to = 0;
	while (connection->to < HTTP_HEAD_MAX - 1) {
		ssize_t count = read_some(connection->fd, connection->received + connection->to, HTTP_HEAD_MAX - 1 - connection->to, deadline);
		if (count <= 0)
			return failed(connection, count < 0 && errno == ETIMEDOUT ? "it takes the connection and does not answer"
			                                                          : "it closes the connection without an answer");
		for (connection->to += (size_t)count; size < connection->to;) {
			head[size] = (char)connection->received[size];
			head[++size] = 0;
			if (size >= 4 && memcmp(head + size - 4, "\r\n\r\n", 4) == 0) {
				connection->from = size;
				return true;
			}
		}
	}
	return failed(connection, "it answers with bytes that are not HTTP");
}

static bool receive(struct connection *connection, unsigned char *out, size_t size, int64_t deadline) {
	size_t kept = connection->to - connection->from;
	if (kept > size)
		kept = size;
	memcpy(out, connection->received + connection->from, kept);
	connection->from += kept;
	if (read_exactly(connection->fd, out + kept, size - kept, deadline))
		return true;
	return failed(connection, errno == ETIMEDOUT ? "it did not answer in time" : "it closed the connection before it answered");
}

static bool be_accepted(struct connection *connection, int64_t deadline) {
	char head[HTTP_HEAD_MAX];
	if (!read_http_head(connection, head, deadline))
		return false;
	if (strncmp(head, "HTTP/1.1 101 ", 13) == 0 && strstr(head, "\r\nUpgrade: " PROTOCOL "\r\n") != NULL)
		return true;
	if (strncmp(head, "HTTP/1.1 503 ", 13) == 0)
		return failed(connection, "it is stopping or has too much to do");
	head[strcspn(head, "\r\n")] = 0;
	return failed(connection, "what listens there does not speak " PROTOCOL ", it answers \"%.60s\"", head);
}

// Tries until a daemon has accepted the request. Nothing is lost by trying again before that: nobody has acted on it.
static bool reach_daemon(struct connection *connection, int64_t deadline) {
	for (int64_t pause = FIRST_PAUSE_MS;; pause = pause * 2 > LONGEST_PAUSE_MS ? LONGEST_PAUSE_MS : pause * 2) {
		if (open_socket(connection) && send_request(connection, deadline) && be_accepted(connection, deadline))
			return true;
		if (connection->fd >= 0)
			close(connection->fd);
		connection->fd = -1;
		if (now_ms() + pause > deadline)
			return false;
		sleep_ms(pause);
	}
}

// EXEC is reserved for running host plugins: it is answered with "not supported" under the id that it came with.
static bool refuse_exec(struct connection *connection, size_t size, int64_t deadline) {
	static const char text[] = "EXEC is not supported by this shim (" SHIM_VERSION ")";
	unsigned char ignored[4096];
	unsigned char result[FRAME_HEADER + 5] = {FRAME_EXEC_RESULT};
	if (size < 4)
		return failed(connection, "it sent an EXEC frame of %zu bytes, which is too short", size);
	if (!receive(connection, result + FRAME_HEADER, 4, deadline))
		return false;
	for (size_t left = size - 4; left > 0;) {
		size_t chunk = left < sizeof ignored ? left : sizeof ignored;
		if (!receive(connection, ignored, chunk, deadline))
			return false;
		left -= chunk;
	}
	put_u32(result + 1, 5 + sizeof text - 1);
	result[FRAME_HEADER + 4] = 2; // outcome: not supported
	struct iovec parts[] = {
		{.iov_base = result, .iov_len = sizeof result},
		{.iov_base = (void *)(uintptr_t)text, .iov_len = sizeof text - 1},
	};
	return write_all(connection->fd, parts, 2, deadline) || failed(connection, "it does not read: %s", strerror(errno));
}

// Waits for the REPLY. Its payload is `*reply`, to be freed.
static bool read_reply(struct connection *connection, unsigned char **reply, size_t *size, int64_t deadline) {
	unsigned char header[FRAME_HEADER];
	for (;;) {
		if (!receive(connection, header, sizeof header, deadline))
			return false;
		*size = get_u32(header + 1);
		if ((header[0] != FRAME_REPLY && header[0] != FRAME_EXEC) || *size > FRAME_MAX || *size == 0)
			return failed(connection, "it sent bytes that are not " PROTOCOL " (a frame of type %u and %zu bytes)", header[0], *size);
		if (header[0] == FRAME_REPLY)
			break;
		if (!refuse_exec(connection, *size, deadline))
			return false;
	}
	*reply = malloc(*size);
	if (*reply == NULL)
		return failed(connection, "there is no memory for its answer of %zu bytes", *size);
	return receive(connection, *reply, *size, deadline);
}

static int give_up(const struct connection *connection, const char *doing, const char *advice) {
	const char *command = connection->request->command;
	int code = strcmp(command, "STATUS") == 0 ? CNI_NOT_AVAILABLE : CNI_TRY_AGAIN_LATER;
	return answer_error((enum cni_code)code, NULL, "Cannot %s %s: the plait daemon at %s: %s; %s", doing, command, connection->path,
	                    connection->reason, advice);
}

int relay(const struct request *request, const char *socket_path, const struct relay_limits *limits) {
	struct connection connection = {.request = request, .path = socket_path, .fd = -1};
	if (!reach_daemon(&connection, now_ms() + limits->connect_ms))
		return give_up(&connection, "start", "look whether its pod runs on this node, and at its log; then try again");

	unsigned char *reply = NULL;
	size_t size = 0;
	bool complete = read_reply(&connection, &reply, &size, now_ms() + limits->reply_ms);
	close(connection.fd);
	int status = complete ? answer(reply[0], reply + 1, size - 1) : give_up(&connection, "finish", "look at its log; then try again");
	free(reply);
	return status;
}
