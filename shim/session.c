// SPDX-License-Identifier: Apache-2.0

#include "session.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "frames.h"
#include "io.h"
#include "order.h"
#include "plugins.h"
#include "program.h"

extern char **environ;

enum { PROGRAMS_MAX = 16 };
enum outcome { OUTCOME_ENDED = 0, OUTCOME_NOT_STARTED = 1, OUTCOME_REFUSED = 2 };

struct session {
	int fd;
	int64_t deadline;
	struct inbox inbox;
	const unsigned char *early; // what came before, and is not used yet
	size_t early_left;
	struct program *programs[PROGRAMS_MAX];
	int running;
	bool watches_children;
	sigset_t waiting_mask; // while it waits: with SIGCHLD, which is blocked otherwise
	struct session_end *end;
};

__attribute__((format(printf, 2, 3))) static bool failed(struct session *session, const char *format, ...) {
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(session->end->reason, sizeof session->end->reason, format, arguments);
	va_end(arguments);
	return false;
}

// A frame whose payload is in several parts; the first of them has room for the header at its start.
static bool send_frame(struct session *session, enum frame_type type, struct iovec *parts, int count) {
	size_t size = 0;
	for (int i = 0; i < count; i++)
		size += parts[i].iov_len;
	unsigned char *header = parts[0].iov_base;
	header[0] = (unsigned char)type;
	put_u32(header + 1, size - FRAME_HEADER);
	return write_all(session->fd, parts, count, session->deadline) || failed(session, "it does not read: %s", strerror(errno));
}

static bool refuse_order(struct session *session, size_t id, const char *problem) {
	unsigned char head[FRAME_HEADER + 5];
	put_u32(head + FRAME_HEADER, id);
	head[FRAME_HEADER + 4] = OUTCOME_REFUSED;
	struct iovec parts[] = {
		{.iov_base = head, .iov_len = sizeof head},
		{.iov_base = (void *)(uintptr_t)problem, .iov_len = strlen(problem)},
	};
	return send_frame(session, FRAME_EXEC_RESULT, parts, 2);
}

static bool report_unstarted(struct session *session, size_t id, int problem) {
	unsigned char result[FRAME_HEADER + 9];
	put_u32(result + FRAME_HEADER, id);
	result[FRAME_HEADER + 4] = OUTCOME_NOT_STARTED;
	put_u32(result + FRAME_HEADER + 5, (size_t)problem);
	struct iovec part = {.iov_base = result, .iov_len = sizeof result};
	return send_frame(session, FRAME_EXEC_RESULT, &part, 1);
}

static bool report_end(struct session *session, const struct program *program) {
	unsigned char head[FRAME_HEADER + 12], err_size[4];
	int end = program->ended ? program->end : SIGKILL;
	put_u32(head + FRAME_HEADER, program->id);
	head[FRAME_HEADER + 4] = OUTCOME_ENDED;
	head[FRAME_HEADER + 5] = (unsigned char)program->killed;
	head[FRAME_HEADER + 6] = (unsigned char)(WIFEXITED(end) ? WEXITSTATUS(end) : 0);
	head[FRAME_HEADER + 7] = (unsigned char)(WIFSIGNALED(end) ? WTERMSIG(end) : 0);
	put_u32(head + FRAME_HEADER + 8, program->out.size);
	put_u32(err_size, program->err.size);
	struct iovec parts[] = {
		{.iov_base = head, .iov_len = sizeof head},
		{.iov_base = program->out.data, .iov_len = program->out.size},
		{.iov_base = err_size, .iov_len = sizeof err_size},
		{.iov_base = program->err.data, .iov_len = program->err.size},
	};
	return send_frame(session, FRAME_EXEC_RESULT, parts, 4);
}

static void ignore_signal(int number) {
	(void)number; // it only ends the wait
}

// Only once there is a child to wait for: most calls have none.
static void watch_children(struct session *session) {
	struct sigaction wake = {.sa_handler = ignore_signal};
	sigset_t child;
	if (session->watches_children)
		return;
	session->watches_children = true;
	sigaction(SIGCHLD, &wake, NULL);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, &session->waiting_mask);
	sigdelset(&session->waiting_mask, SIGCHLD);
}

static bool take_exec(struct session *session) {
	struct inbox *inbox = &session->inbox;
	struct order order;
	struct program *program = NULL;
	if (inbox->size < 4)
		return failed(session, "it sent an EXEC frame of %zu bytes, which is too short", inbox->size);
	const char *problem = read_order(inbox->payload, inbox->size, environ, &order);
	if (problem == NULL)
		problem = session->running == PROGRAMS_MAX ? "too many programs run already" : refuse_plugin(order.path);
	if (problem == NULL) {
		watch_children(session);
		program = program_start(&order, inbox->payload);
	}
	int reason = errno;
	free_order(&order);
	if (program != NULL) {
		inbox->payload = NULL;
		session->programs[session->running++] = program;
		program_step(program);
		return true;
	}
	return problem == NULL ? report_unstarted(session, order.id, reason) : refuse_order(session, order.id, problem);
}

static bool take_find(struct session *session) {
	struct fields fields = {.next = session->inbox.payload, .end = session->inbox.payload + session->inbox.size};
	struct directory found[FOUND_MAX];
	unsigned char head[FRAME_HEADER + 8], sizes[FOUND_MAX][4];
	struct iovec parts[1 + 2 * FOUND_MAX] = {{.iov_base = head, .iov_len = sizeof head}};
	put_u32(head + FRAME_HEADER, take_number(&fields));
	const char *name = take_text(&fields);
	if (fields.broken)
		return failed(session, "it sent a FIND frame that cannot be read");
	size_t count = find_plugin(name, found);
	put_u32(head + FRAME_HEADER + 4, count);
	for (size_t i = 0; i < count; i++) {
		put_u32(sizes[i], found[i].size);
		parts[1 + 2 * i] = (struct iovec){.iov_base = sizes[i], .iov_len = sizeof sizes[i]};
		parts[2 + 2 * i] = (struct iovec){.iov_base = (void *)(uintptr_t)found[i].path, .iov_len = found[i].size};
	}
	return send_frame(session, FRAME_FOUND, parts, 1 + 2 * (int)count);
}

static bool take_kill(struct session *session) {
	struct fields fields = {.next = session->inbox.payload, .end = session->inbox.payload + session->inbox.size};
	size_t id = take_number(&fields);
	for (int i = 0; i < session->running; i++)
		if (!fields.broken && session->programs[i]->id == id)
			program_kill(session->programs[i], KILLED_ON_REQUEST);
	return true;
}

static bool take_frame(struct session *session) {
	struct inbox *inbox = &session->inbox;
	bool fine = true;
	switch (inbox->header[0]) {
	case FRAME_REPLY:
		session->end->reply = inbox->payload;
		session->end->size = inbox->size;
		inbox->payload = NULL;
		break;
	case FRAME_EXEC: fine = take_exec(session); break;
	case FRAME_FIND: fine = take_find(session); break;
	case FRAME_KILL: fine = take_kill(session); break;
	}
	inbox_next(inbox);
	return fine;
}

static ssize_t read_next(struct session *session, struct iovec room) {
	if (session->early_left == 0)
		return read(session->fd, room.iov_base, room.iov_len);
	size_t count = session->early_left < room.iov_len ? session->early_left : room.iov_len;
	memcpy(room.iov_base, session->early, count);
	session->early += count;
	session->early_left -= count;
	return (ssize_t)count;
}

// Takes what has come. False: it is over.
static bool receive(struct session *session) {
	while (session->end->reply == NULL) {
		ssize_t count = read_next(session, inbox_room(&session->inbox));
		if (count < 0 && (errno == EAGAIN || errno == EINTR))
			return true;
		if (count <= 0)
			return failed(session, "it closed the connection before it answered");
		switch (inbox_filled(&session->inbox, (size_t)count)) {
		case INBOX_MORE: break;
		case INBOX_FOREIGN:
			return failed(session, "it sent bytes that are not " PROTOCOL " (a frame of type %u and %zu bytes)",
			              session->inbox.header[0], session->inbox.size);
		case INBOX_NO_MEMORY: return failed(session, "there is no memory for its frame of %zu bytes", session->inbox.size);
		case INBOX_FRAME:
			if (!take_frame(session))
				return false;
		}
	}
	return false;
}

static bool step_programs(struct session *session) {
	for (int i = 0; i < session->running;) {
		struct program *program = session->programs[i];
		program_step(program);
		if (!program_is_over(program)) {
			i++;
			continue;
		}
		session->programs[i] = session->programs[--session->running];
		int problem = program_start_error(program);
		bool fine = problem != 0 ? report_unstarted(session, program->id, problem) : report_end(session, program);
		program_free(program);
		if (!fine)
			return false;
	}
	return true;
}

// Until something has come, a program has ended, or a deadline has passed.
static void wait_for_any(struct session *session, bool for_daemon) {
	struct pollfd entries[1 + PROGRAMS_MAX * PROGRAM_FDS] = {{.fd = for_daemon ? session->fd : -1, .events = POLLIN}};
	int count = 1;
	int64_t until = session->deadline;
	for (int i = 0; i < session->running; i++) {
		count += program_poll(session->programs[i], entries + count);
		if (session->programs[i]->deadline < until)
			until = session->programs[i]->deadline;
	}
	int64_t left = until - now_ms();
	struct timespec time = {.tv_sec = left < 0 ? 0 : left / 1000, .tv_nsec = left < 0 ? 0 : left % 1000 * 1000000};
	ppoll(entries, (nfds_t)count, &time, session->watches_children ? &session->waiting_mask : NULL);
}

static void converse(struct session *session) {
	while (receive(session) && step_programs(session)) {
		if (now_ms() >= session->deadline) {
			failed(session, "it did not answer in time");
			return;
		}
		wait_for_any(session, true);
	}
}

// Whatever still runs is of no use to anybody: the daemon is gone, or has given up on it.
static void end_programs(struct session *session) {
	for (int i = 0; i < session->running; i++)
		program_kill(session->programs[i], KILLED_ON_REQUEST);
	while (session->running > 0) {
		struct program *last = session->programs[session->running - 1];
		program_step(last);
		if (program_is_over(last)) {
			program_free(last);
			session->running--;
		} else {
			wait_for_any(session, false);
		}
	}
}

struct session_end run_session(int fd, const unsigned char *early, size_t early_size, int64_t deadline) {
	struct session_end end = {.reply = NULL};
	struct session session = {.fd = fd, .deadline = deadline, .early = early, .early_left = early_size, .end = &end};
	converse(&session);
	session.deadline = INT64_MAX; // each program has its own
	end_programs(&session);
	free(session.inbox.payload);
	return end;
}
