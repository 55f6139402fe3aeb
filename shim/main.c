// SPDX-License-Identifier: Apache-2.0
// What the container runtime starts for each CNI call: it checks what needs no daemon, and relays the rest to the daemon.

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answer.h"
#include "cni.h"
#include "config.h"
#include "relay.h"
#include "request.h"

#define SPOOL "/var/lib/cni/plait/spool"

enum { CONNECT_SECONDS = 10, BUSY_FACTOR = 3, QUICK_SECONDS = 1, REPLY_SECONDS = 210, LONGEST_SECONDS = 3600, SOCKET_PATH_MAX = 107 };

extern char **environ;

// A socket must not get the number of a standard stream that the caller has closed.
static void occupy_standard_streams(void) {
	int fd;
	do
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

static const char *base_name(const char *path) {
	const char *slash = path == NULL ? NULL : strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;
	return name == NULL || *name == 0 ? "multus-shim" : name;
}

// -1 when the flags ask for nothing that ends here.
static int handle_flags(const char *program, int count, char **flags) {
	for (int i = 1; i < count && flags[i][0] == '-'; i++) {
		const char *flag = flags[i] + (flags[i][1] == '-' ? 2 : 1);
		if (strcmp(flag, "v") == 0 || strcmp(flag, "version") == 0) {
			printf("%s: version:%s(plait), commit:%s, date:%s\n", program, SHIM_VERSION, SHIM_COMMIT, SHIM_DATE);
			return fflush(stdout) == 0 ? 0 : 1;
		}
		fprintf(stderr, "flag provided but not defined: %s\nUsage of %s:\n  -v, -version\n    \tShow application version\n", flags[i], program);
		return 2;
	}
	return -1;
}

// False: an error was answered.
static bool read_seconds(const char *variable, int64_t *ms) {
	const char *text = getenv(variable);
	char *end;
	if (text == NULL || *text == 0)
		return true;
	errno = 0;
	double seconds = strtod(text, &end);
	if (errno == 0 && *end == 0 && seconds >= 0 && seconds <= LONGEST_SECONDS) {
		*ms = (int64_t)(seconds * 1000);
		return true;
	}
	answer_error(CNI_INVALID_ENVIRONMENT, NULL, "Cannot use %s: it is \"%.40s\"; set it to a number of seconds from 0 to %d", variable, text,
	             LONGEST_SECONDS);
	return false;
}

static bool join_socket_path(const char *directory, char *path) {
	size_t length = strlen(directory);
	const char *separator = directory[length - 1] == '/' ? "" : "/";
	int size = snprintf(path, SOCKET_PATH_MAX + 1, "%s%smultus.sock", directory, separator);
	if (size <= SOCKET_PATH_MAX)
		return true;
	answer_error(CNI_INVALID_CONFIG, NULL,
	             "invalid CNI configuration passed to multus-shim: %s%smultus.sock is longer than the %d bytes of a socket's path; "
	             "choose a shorter daemonSocketDir",
	             directory, separator, SOCKET_PATH_MAX);
	return false;
}

static int relay_command(const char *program, const char *command) {
	struct request request = {.program = program, .command = command};
	struct config config;
	struct config_problem problem;
	char path[SOCKET_PATH_MAX + 1];
	int status = 1;
	int64_t wait_ms = CONNECT_SECONDS * 1000;
	// A runtime that asks for the state or takes something away must not be kept waiting for a daemon that is not there.
	bool patient = strcmp(command, "STATUS") != 0 && strcmp(command, "DEL") != 0;
	const char *spool = getenv("PLAIT_SHIM_SPOOL_DIR");
	struct relay_options options = {
		.socket_path = path,
		.spool = spool == NULL || *spool == 0 ? SPOOL : spool,
		.reply_ms = REPLY_SECONDS * 1000,
	};

	if (!read_seconds("PLAIT_SHIM_WAIT_SECONDS", &wait_ms) || !read_seconds("PLAIT_SHIM_REPLY_SECONDS", &options.reply_ms))
		return 1;
	// STATUS is asked every few seconds, and kubelet gives each half a minute.
	options.busy_ms = strcmp(command, "STATUS") == 0 ? wait_ms : BUSY_FACTOR * wait_ms;
	options.absent_ms = !patient && wait_ms > QUICK_SECONDS * 1000 ? QUICK_SECONDS * 1000 : wait_ms;
	if (!check_environment(command, &status) || !read_stdin(&request, &status))
		goto done;
	if (!read_config(request.stdin_data, request.stdin_size, &config, &problem))
		answer_error((enum cni_code)problem.code, NULL, "%s", problem.text);
	else if (check_config(program, command, &config, &status) && join_socket_path(config.socket_dir, path) &&
	         encode_head(&request, environ, &status))
		status = relay(&request, &options);
done:
	free(request.stdin_data);
	free(request.head);
	return status;
}

int main(int count, char **arguments) {
	signal(SIGPIPE, SIG_IGN);
	occupy_standard_streams();
	const char *program = base_name(count > 0 ? arguments[0] : NULL);
	int ended = handle_flags(program, count, arguments);
	if (ended >= 0)
		return ended;
	const char *command = getenv("CNI_COMMAND");
	if (command == NULL || *command == 0)
		return print_about(program);
	if (strcmp(command, "VERSION") == 0)
		return print_versions(program);
	return relay_command(program, command);
}
