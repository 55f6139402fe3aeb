// SPDX-License-Identifier: Apache-2.0

#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io.h"

// A program may leave a child behind that holds its output open; what that says is waited for no longer than this. And what
// was killed is gone well before the second time is over, unless the kernel holds it.
enum { OUTPUT_GRACE_MS = 500, REAP_MS = 2000, FIRST_CAPACITY = 4096 };

struct pipes {
	int input[2], out[2], err[2], start[2];
};

static void close_fd(int *fd) {
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void close_pipes(struct pipes *pipes) {
	int *ends[] = {pipes->input, pipes->out, pipes->err, pipes->start};
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		close_fd(&ends[i][0]);
		close_fd(&ends[i][1]);
	}
}

static bool open_pipes(struct pipes *pipes) {
	*pipes = (struct pipes){{-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}};
	return pipe2(pipes->input, O_CLOEXEC) == 0 && pipe2(pipes->out, O_CLOEXEC) == 0 && pipe2(pipes->err, O_CLOEXEC) == 0 &&
	       pipe2(pipes->start, O_CLOEXEC) == 0;
}

// In the child. What it must not inherit: the ignored SIGPIPE, the blocked SIGCHLD, and a life beyond its parent's.
__attribute__((noreturn)) static void become(const struct order *order, const struct pipes *pipes, pid_t parent) {
	sigset_t none;
	sigemptyset(&none);
	signal(SIGPIPE, SIG_DFL);
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == parent && dup2(pipes->input[0], STDIN_FILENO) >= 0 && dup2(pipes->out[1], STDOUT_FILENO) >= 0 &&
	    dup2(pipes->err[1], STDERR_FILENO) >= 0 && sigprocmask(SIG_SETMASK, &none, NULL) == 0)
		execve(order->path, order->arguments, order->environment);
	int problem = errno;
	if (write(pipes->start[1], &problem, sizeof problem) < 0)
		_exit(126); // the parent has gone
	_exit(127);
}

static bool set_nonblocking(int fd) {
	return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) == 0;
}

static int take_end(int *end) {
	int fd = *end;
	*end = -1;
	return fd;
}

static bool spawn(struct program *program, const struct order *order) {
	struct pipes pipes;
	pid_t parent = getpid();
	if (open_pipes(&pipes) && set_nonblocking(pipes.input[1]) && set_nonblocking(pipes.out[0]) && set_nonblocking(pipes.err[0]) &&
	    set_nonblocking(pipes.start[0]))
		program->pid = fork();
	if (program->pid == 0)
		become(order, &pipes, parent);
	if (program->pid > 0) {
		setpgid(program->pid, program->pid); // both sides do it, so that neither has to wait for the other
		program->input_fd = take_end(&pipes.input[1]);
		program->out.fd = take_end(&pipes.out[0]);
		program->err.fd = take_end(&pipes.err[0]);
		program->start_fd = take_end(&pipes.start[0]);
	}
	int problem = errno;
	close_pipes(&pipes);
	errno = problem;
	return program->pid > 0;
}

struct program *program_start(const struct order *order, unsigned char *payload) {
	struct program *program = malloc(sizeof *program);
	if (program == NULL)
		return NULL;
	*program = (struct program){
		.id = order->id,
		.pid = -1,
		.payload = payload,
		.input = order->input,
		.input_left = order->input_size,
		.input_fd = -1,
		.start_fd = -1,
		.out = {.fd = -1, .limit = order->stdout_max},
		.err = {.fd = -1, .limit = order->stderr_max},
		.deadline = now_ms() + order->timeout_ms,
	};
	if (spawn(program, order))
		return program;
	free(program);
	return NULL;
}

static bool is_over(ssize_t count) {
	return count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
}

static void feed(struct program *program) {
	ssize_t count = program->input_left == 0 ? 0 : write(program->input_fd, program->input, program->input_left);
	if (count > 0) {
		program->input += count;
		program->input_left -= (size_t)count;
	}
	// A program need not read its input: how it ends tells what is to tell.
	if (program->input_left == 0 || is_over(count))
		close_fd(&program->input_fd);
}

static bool make_room(struct stream *stream, size_t count) {
	size_t capacity = stream->capacity == 0 ? FIRST_CAPACITY : stream->capacity;
	while (capacity < stream->size + count)
		capacity *= 2;
	if (capacity == stream->capacity)
		return true;
	unsigned char *larger = realloc(stream->data, capacity);
	if (larger == NULL)
		return false;
	stream->data = larger;
	stream->capacity = capacity;
	return true;
}

// False: more came than is kept.
static bool collect(struct stream *stream) {
	static unsigned char chunk[64 << 10];
	ssize_t count = read(stream->fd, chunk, sizeof chunk);
	if (is_over(count))
		close_fd(&stream->fd);
	if (count <= 0)
		return true;
	size_t room = stream->limit - stream->size;
	size_t kept = (size_t)count < room ? (size_t)count : room;
	if (!make_room(stream, kept))
		return false;
	memcpy(stream->data + stream->size, chunk, kept);
	stream->size += kept;
	return kept == (size_t)count;
}

static void look_for_end(struct program *program) {
	if (program->ended || waitpid(program->pid, &program->end, WNOHANG) == 0)
		return;
	program->ended = true;
	program->deadline = now_ms() + OUTPUT_GRACE_MS;
	close_fd(&program->input_fd);
}

void program_kill(struct program *program, enum kill_reason reason) {
	if (program->killed != NOT_KILLED)
		return;
	program->killed = reason;
	program->deadline = now_ms() + REAP_MS;
	if (!program->ended) { // else its number may be another's by now
		kill(-program->pid, SIGKILL);
		kill(program->pid, SIGKILL);
	}
	close_fd(&program->input_fd);
	close_fd(&program->out.fd);
	close_fd(&program->err.fd);
}

void program_step(struct program *program) {
	// First the end, then the output: what was written before the end is then read after it.
	look_for_end(program);
	if (program->input_fd >= 0)
		feed(program);
	if (program->err.fd >= 0)
		collect(&program->err);
	if (program->out.fd >= 0 && !collect(&program->out))
		program_kill(program, KILLED_FOR_OUTPUT);
	if (!program->ended && now_ms() >= program->deadline)
		program_kill(program, KILLED_AT_DEADLINE);
}

bool program_is_over(const struct program *program) {
	if (program->ended && program->out.fd < 0 && program->err.fd < 0)
		return true;
	return (program->ended || program->killed != NOT_KILLED) && now_ms() >= program->deadline;
}

int program_start_error(const struct program *program) {
	int problem;
	return read(program->start_fd, &problem, sizeof problem) == (ssize_t)sizeof problem ? problem : 0;
}

static int add_entry(struct pollfd *entries, int count, int fd, short events) {
	if (fd < 0)
		return count;
	entries[count] = (struct pollfd){.fd = fd, .events = events};
	return count + 1;
}

int program_poll(const struct program *program, struct pollfd entries[PROGRAM_FDS]) {
	int count = add_entry(entries, 0, program->input_fd, POLLOUT);
	count = add_entry(entries, count, program->out.fd, POLLIN);
	return add_entry(entries, count, program->err.fd, POLLIN);
}

void program_free(struct program *program) {
	int *fds[] = {&program->input_fd, &program->start_fd, &program->out.fd, &program->err.fd};
	for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
		close_fd(fds[i]);
	free(program->payload);
	free(program->out.data);
	free(program->err.data);
	free(program);
}
