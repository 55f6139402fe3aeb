// SPDX-License-Identifier: Apache-2.0

#include "spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "io.h"

enum { WRITE_MS = 10000, ID_BYTES = 64, NAME_BYTES = ID_BYTES + 32 };

struct spool {
	int fd; // of the directory
	char name[NAME_BYTES], unfinished[NAME_BYTES];
	char *problem;
	size_t problem_size;
};

__attribute__((format(printf, 2, 3))) static bool failed(struct spool *spool, const char *format, ...) {
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(spool->problem, spool->problem_size, format, arguments);
	va_end(arguments);
	return false;
}

static uint64_t hash(uint64_t seed, const char *text) {
	// FNV-1a. The NUL is part of it, so that "ab" "c" differs from "a" "bc".
	do
		seed = (seed ^ (unsigned char)*text) * 0x100000001b3U;
	while (*text++ != 0);
	return seed;
}

// The id at the front is for people; check_environment() has seen that it can be part of a file's name.
static void choose_names(struct spool *spool, const char *program) {
	const char *id = getenv("CNI_CONTAINERID"), *interface = getenv("CNI_IFNAME");
	uint64_t all = hash(hash(hash(0xcbf29ce484222325U, program), id), interface);
	snprintf(spool->name, sizeof spool->name, "%.*s-%016llx.del", ID_BYTES, id, (unsigned long long)all);
	snprintf(spool->unfinished, sizeof spool->unfinished, ".%016llx-%ld.tmp", (unsigned long long)all, (long)getpid());
}

static bool make_directories(const char *path) {
	char prefix[PATH_MAX];
	if (snprintf(prefix, sizeof prefix, "%s", path) >= (int)sizeof prefix)
		return false;
	for (char *slash = strchr(prefix + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		mkdir(prefix, 0755);
		*slash = '/';
	}
	return mkdir(path, 0700) == 0 || errno == EEXIST;
}

static bool open_directory(struct spool *spool, const char *path) {
	struct stat found;
	if (make_directories(path))
		spool->fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (spool->fd < 0 || fstat(spool->fd, &found) != 0)
		return failed(spool, "%s", strerror(errno));
	if ((found.st_uid != 0 && found.st_uid != geteuid()) || (found.st_mode & 022) != 0)
		return failed(spool, "others than root may write there");
	return true;
}

// Whether one more fits. What it is to replace does not count.
static bool has_room(struct spool *spool, DIR *entries, off_t size) {
	int files = 1;
	for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
		struct stat found;
		if (strcmp(entry->d_name, spool->name) == 0 || fstatat(spool->fd, entry->d_name, &found, AT_SYMLINK_NOFOLLOW) != 0 ||
		    !S_ISREG(found.st_mode))
			continue;
		files++;
		size += found.st_size;
	}
	if (files <= SPOOL_FILES_MAX && size <= SPOOL_BYTES_MAX)
		return true;
	return failed(spool, "it is full: at most %d files and %d bytes are kept", SPOOL_FILES_MAX, SPOOL_BYTES_MAX);
}

static bool check_room(struct spool *spool, off_t size) {
	int copy = openat(spool->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *entries = copy < 0 ? NULL : fdopendir(copy);
	if (entries == NULL)
		return failed(spool, "%s", strerror(errno));
	bool fits = has_room(spool, entries, size);
	closedir(entries);
	return fits;
}

static bool write_file(struct spool *spool, const struct request *request) {
	struct iovec parts[] = {
		{.iov_base = request->head, .iov_len = request->head_size},
		{.iov_base = request->stdin_data, .iov_len = request->stdin_size},
	};
	int fd = openat(spool->fd, spool->unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	bool written = write_all(fd, parts, 2, now_ms() + WRITE_MS) && fsync(fd) == 0;
	int problem = errno;
	written = close(fd) == 0 && written;
	errno = problem;
	return written;
}

static bool keep(struct spool *spool, const struct request *request) {
	if (write_file(spool, request) && renameat(spool->fd, spool->unfinished, spool->fd, spool->name) == 0 && fsync(spool->fd) == 0)
		return true;
	failed(spool, "%s", strerror(errno));
	unlinkat(spool->fd, spool->unfinished, 0);
	return false;
}

bool spool_request(const struct request *request, const char *directory, char *problem, size_t problem_size) {
	struct spool spool = {.fd = -1, .problem = problem, .problem_size = problem_size};
	choose_names(&spool, request->program);
	bool kept = open_directory(&spool, directory) && check_room(&spool, (off_t)(request->head_size + request->stdin_size)) &&
	            keep(&spool, request);
	if (spool.fd >= 0)
		close(spool.fd);
	return kept;
}
