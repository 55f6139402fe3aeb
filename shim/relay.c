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
#include "frames.h"
#include "io.h"
#include "session.h"
#include "spool.h"

enum { FIRST_PAUSE_MS = 10, LONGEST_PAUSE_MS = 250, HTTP_HEAD_MAX = 1024 };

struct connection {
	const struct request *request;
	const char *path;
	int fd;
	unsigned char received[HTTP_HEAD_MAX]; // what came and is not used yet: from `from` to `to`
	size_t from, to;
	bool queue_is_full; // the daemon is there, and others wait to be taken
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
	bool is_connected = connection->fd >= 0 && connect(connection->fd, (struct sockaddr *)&address, sizeof address) == 0;
	connection->queue_is_full = !is_connected && errno == EAGAIN;
	if (!is_connected)
		return failed(connection, "%s", connection->queue_is_full ? "its queue of connections is full" : strerror(errno));
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
// A daemon that takes the connection and is slow to answer is waited for: to say that it is away would stop all pods of the
// node (STATUS), and to come again later (DEL) would give it more to do.
static bool reach_daemon(struct connection *connection, const struct relay_options *options) {
	int64_t begun = now_ms(), busy = begun + options->busy_ms, absent = begun + options->absent_ms;
	for (int64_t pause = FIRST_PAUSE_MS;; pause = pause * 2 > LONGEST_PAUSE_MS ? LONGEST_PAUSE_MS : pause * 2) {
		if (open_socket(connection) && send_request(connection, busy) && be_accepted(connection, busy))
			return true;
		if (connection->fd >= 0)
			close(connection->fd);
		connection->fd = -1;
		if (now_ms() + pause > (connection->queue_is_full ? busy : absent))
			return false;
		sleep_ms(pause);
	}
}

// A DEL that nobody has taken, or nobody has finished, is kept: runtimes do not repeat it for ever, and it can be repeated.
static int give_up(struct connection *connection, const struct relay_options *options, const char *doing, const char *advice) {
	const char *command = connection->request->command;
	char problem[REASON_BYTES];
	if (strcmp(command, "DEL") == 0) {
		if (spool_request(connection->request, options->spool, problem, sizeof problem))
			return 0;
		return answer_error(CNI_TRY_AGAIN_LATER, NULL, "Cannot %s DEL: the plait daemon at %s: %s; nor keep it in %s: %s; %s", doing,
		                    connection->path, connection->reason, options->spool, problem, advice);
	}
	int code = strcmp(command, "STATUS") == 0 ? CNI_NOT_AVAILABLE : CNI_TRY_AGAIN_LATER;
	return answer_error((enum cni_code)code, NULL, "Cannot %s %s: the plait daemon at %s: %s; %s", doing, command, connection->path,
	                    connection->reason, advice);
}

int relay(const struct request *request, const struct relay_options *options) {
	struct connection connection = {.request = request, .path = options->socket_path, .fd = -1};
	if (!reach_daemon(&connection, options))
		return give_up(&connection, options, "start", "look whether its pod runs on this node, and at its log; then try again");

	struct session_end end = run_session(connection.fd, connection.received + connection.from, connection.to - connection.from,
	                                     now_ms() + options->reply_ms);
	close(connection.fd);
	if (end.reply == NULL) {
		failed(&connection, "%s", end.reason);
		return give_up(&connection, options, "finish", "look at its log; then try again");
	}
	int status = answer(end.reply[0], end.reply + 1, end.size - 1);
	free(end.reply);
	return status;
}
