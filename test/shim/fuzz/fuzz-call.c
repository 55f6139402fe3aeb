// SPDX-License-Identifier: Apache-2.0
// A whole call without a daemon: the input is the program's name, lines with CNI_ variables, an empty line, and standard input.
// Each call must answer: with one JSON object on standard output, or with exit code 0.

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

int shim_main(int count, char **arguments);
#define main shim_main
#include "../../../shim/main.c"
#undef main

enum { INPUT_MAX = 16384, VARIABLES = 24, ANSWER_MAX = 1 << 15 };

int __wrap_connect(int fd, const struct sockaddr *address, socklen_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// The linker puts this in place of connect(2), so that no configuration reaches a daemon that runs on this machine.
int __wrap_connect(int fd, const struct sockaddr *address, socklen_t size) {
	(void)fd, (void)address, (void)size;
	errno = ENOENT;
	return -1;
}

static char *next_line(char **rest) {
	char *line = *rest;
	size_t length = strcspn(line, "\n");
	*rest = line + length + (line[length] == '\n');
	line[length] = 0;
	return line;
}

// The text up to the empty line; gives where standard input begins.
static char *read_head(char *text, char **program, char **variables) {
	static char wait[] = "PLAIT_SHIM_WAIT_SECONDS=0", spool[] = "PLAIT_SHIM_SPOOL_DIR=/proc/none";
	char *rest = text;
	int count = 0;
	*program = next_line(&rest);
	for (char *line = next_line(&rest); *line != 0; line = next_line(&rest))
		if (count < VARIABLES && strncmp(line, "CNI_", 4) == 0)
			variables[count++] = line;
	variables[count++] = wait;
	variables[count++] = spool;
	variables[count] = NULL;
	return rest;
}

static void fill(int target, const char *data, size_t size) {
	static int files[2] = {-1, -1};
	if (files[target] < 0)
		files[target] = memfd_create("stream", MFD_CLOEXEC);
	if (ftruncate(files[target], 0) != 0 || pwrite(files[target], data, size, 0) != (ssize_t)size ||
	    lseek(files[target], 0, SEEK_SET) != 0 || dup2(files[target], target) < 0)
		abort();
}

static void check_answer(int status) {
	char answer[ANSWER_MAX];
	ssize_t size = pread(STDOUT_FILENO, answer, sizeof answer, 0);
	if (status != 0 && (size < 2 || answer[0] != '{' || answer[size - 1] != '}' || memchr(answer, 0, (size_t)size) != NULL))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	char *variables[VARIABLES + 3], *program;
	if (size > INPUT_MAX)
		return -1;
	char *text = malloc(size + 1);
	if (text == NULL)
		abort();
	memcpy(text, data, size);
	text[size] = 0;
	char *input = read_head(text, &program, variables);
	environ = variables;
	char *arguments[] = {program, NULL};
	const char *command = getenv("CNI_COMMAND");
	if (command != NULL && *command != 0) { // else it speaks to a person, on standard error
		fill(STDIN_FILENO, input, size - (size_t)(input - text));
		fill(STDOUT_FILENO, "", 0);
		check_answer(shim_main(1, arguments));
	}
	free(text);
	environ = NULL;
	return 0;
}
