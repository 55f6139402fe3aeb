// SPDX-License-Identifier: Apache-2.0

// A CNI plugin that holds 56 MiB for a second. It writes down how many of its kind run when it starts: its own file in
// `running/` beside it, and a line with the number of files there in `counts`.
//
// The memory is the file `memory` beside it, which all of them map: each holds it in full, and the machine that measures has
// it once, however many run.

#include <dirent.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { HELD_BYTES = 56 << 20 };

static _Noreturn void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void enter_directory(void)
{
	char path[PATH_MAX] = {0};
	if (readlink("/proc/self/exe", path, sizeof path - 1) < 0 || chdir(dirname(path)) != 0)
		fail("directory of the program");
}

static void hold_memory(void)
{
	int file = open("memory", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (file < 0 || ftruncate(file, HELD_BYTES) != 0)
		fail("memory");
	if (mmap(NULL, HELD_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, file, 0) == MAP_FAILED)
		fail("map memory");
}

static int running(void)
{
	int count = 0;
	DIR *directory = opendir("running");
	if (directory == NULL)
		fail("running");
	for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
		count += entry->d_name[0] != '.';
	closedir(directory);
	return count;
}

static void write_count(void)
{
	int file = open("counts", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (file < 0 || dprintf(file, "%d\n", running()) < 0)
		fail("counts");
	close(file);
}

int main(void)
{
	char input[4096], mark[PATH_MAX];
	const char *command = getenv("CNI_COMMAND"), *container = getenv("CNI_CONTAINERID");
	while (read(STDIN_FILENO, input, sizeof input) > 0)
		;
	if (command == NULL || container == NULL || strcmp(command, "ADD") != 0)
		return 0;
	enter_directory();
	snprintf(mark, sizeof mark, "running/%s", container);
	int file = open(mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (file < 0)
		fail(mark);
	close(file);
	hold_memory();
	write_count();
	sleep(1);
	unlink(mark);
	puts("{\"cniVersion\":\"1.0.0\",\"interfaces\":[{\"name\":\"eth0\",\"sandbox\":\"/x\"}],"
	     "\"ips\":[{\"interface\":0,\"address\":\"10.9.0.2/16\"}]}");
	return 0;
}
