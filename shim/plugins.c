// SPDX-License-Identifier: Apache-2.0

#include "plugins.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// The next element of CNI_PATH that can be a directory. A relative one, or an empty one, would mean the working directory.
static bool next_directory(const char **rest, struct directory *directory) {
	while (**rest != 0) {
		directory->path = *rest;
		directory->size = strcspn(*rest, ":");
		*rest += directory->size;
		if (**rest == ':')
			++*rest;
		if (directory->size > 0 && directory->path[0] == '/')
			return true;
	}
	return false;
}

static const char *cni_path(void) {
	const char *path = getenv("CNI_PATH");
	return path == NULL ? "" : path;
}

static bool is_file_name(const char *name) {
	return *name != 0 && strchr(name, '/') == NULL && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static bool is_this_shim(const struct stat *file) {
	struct stat self;
	return stat("/proc/self/exe", &self) == 0 && self.st_dev == file->st_dev && self.st_ino == file->st_ino;
}

static const char *refuse_file(const char *path) {
	struct stat file;
	if (stat(path, &file) != 0)
		return errno == ENOENT || errno == ENOTDIR ? "there is no such file" : strerror(errno);
	if (!S_ISREG(file.st_mode))
		return "it is not a regular file";
	if (access(path, X_OK) != 0)
		return "it is not executable";
	// It would ask the daemon, which asks for it: without an end.
	return is_this_shim(&file) ? "it is this shim under another name" : NULL;
}

size_t find_plugin(const char *name, struct directory found[FOUND_MAX]) {
	size_t count = 0;
	const char *rest = cni_path();
	if (!is_file_name(name))
		return 0;
	while (count < FOUND_MAX && next_directory(&rest, &found[count])) {
		char path[PATH_MAX];
		int size = snprintf(path, sizeof path, "%.*s/%s", (int)found[count].size, found[count].path, name);
		if (size < (int)sizeof path && refuse_file(path) == NULL)
			count++;
	}
	return count;
}

const char *refuse_plugin(const char *path) {
	struct directory directory;
	const char *rest = cni_path();
	const char *slash = strrchr(path, '/');
	if (slash == NULL || !is_file_name(slash + 1))
		return "it is not the path of a file";
	while (next_directory(&rest, &directory))
		if (directory.size == (size_t)(slash - path) && memcmp(directory.path, path, directory.size) == 0)
			return refuse_file(path);
	return "it is not directly inside a directory of CNI_PATH";
}
