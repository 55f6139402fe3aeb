// SPDX-License-Identifier: Apache-2.0

#include "cni.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"

static const char *const versions[] = {"0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"};
enum { VERSION_COUNT = sizeof versions / sizeof *versions, VERSION_TEXT = 160 };

// Plugins that came later than the first versions; a test holds this against the bundled plugins.
static const struct {
	const char *program, *first;
} younger[] = {{"bandwidth", "0.3.0"}, {"passthru", "0.3.0"}, {"sbr", "0.3.0"}, {"vrf", "0.3.1"}, {"firewall", "0.4.0"}};

enum { NEEDS_ADD = 1, NEEDS_DEL = 2, NEEDS_CHECK = 4, NEEDS_GC = 8, NEEDS_STATUS = 16 };
static const struct {
	const char *name, *since;
	int bit;
} commands[] = {
	{"ADD", "0.1.0", NEEDS_ADD}, {"DEL", "0.1.0", NEEDS_DEL},       {"CHECK", "0.4.0", NEEDS_CHECK},
	{"GC", "1.1.0", NEEDS_GC},   {"STATUS", "1.1.0", NEEDS_STATUS},
};
enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

static int version_index(const char *version) {
	for (int i = 0; i < VERSION_COUNT; i++)
		if (strcmp(versions[i], version) == 0)
			return i;
	return -1;
}

static int first_version(const char *program) {
	for (size_t i = 0; i < sizeof younger / sizeof *younger; i++)
		if (strcmp(younger[i].program, program) == 0)
			return version_index(younger[i].first);
	return 0;
}

// The supported versions between `quote`s, with `separator` between them. They always fit into VERSION_TEXT bytes.
static const char *list_versions(const char *program, const char *quote, const char *separator, char *text) {
	char *next = text;
	*next = 0;
	for (int first = first_version(program), i = first; i < VERSION_COUNT; i++)
		next += sprintf(next, "%s%s%s%s", i == first ? "" : separator, quote, versions[i], quote);
	return text;
}

int print_about(const char *program) {
	char text[VERSION_TEXT];
	if (strncmp(program, "multus", strlen("multus")) == 0)
		fprintf(stderr, "meta-plugin that delegates to other CNI plugins\n");
	else
		fprintf(stderr, "CNI %s plugin (plait %s)\n", program, SHIM_VERSION);
	fprintf(stderr, "CNI protocol versions supported: %s\n", list_versions(program, "", ", ", text));
	return 0;
}

int print_versions(const char *program) {
	char list[VERSION_TEXT];
	char text[2 * VERSION_TEXT];
	int size = snprintf(text, sizeof text, "{\"cniVersion\":\"%s\",\"supportedVersions\":[%s]}\n", versions[VERSION_COUNT - 1],
	                    list_versions(program, "\"", ",", list));
	return answer(0, text, (size_t)size);
}

// ^[a-zA-Z0-9][a-zA-Z0-9_.\-]*$, for container ids and network names.
static bool is_name(const char *text) {
	static const char alphanumeric[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	static const char all[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
	return *text != 0 && strchr(alphanumeric, *text) != NULL && text[strspn(text, all)] == 0;
}

static bool check_container_id(const char *id, int *status) {
	if (is_name(id))
		return true;
	*status = answer_error(CNI_INVALID_ENVIRONMENT, id, "invalid characters in containerID");
	return false;
}

// The bytes only: white space beyond ASCII is found by the daemon.
static bool check_interface_name(const char *name, int *status) {
	const char *details = NULL;
	const char *problem = NULL;
	if (strlen(name) > 15) {
		problem = "interface name is too long";
		details = "interface name should be less than 16 characters";
	} else if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
		problem = "interface name is . or ..";
	} else if (name[strcspn(name, "/: \t\n\v\f\r")] != 0) {
		problem = "interface name contains / or : or whitespace characters";
	}
	if (problem == NULL)
		return true;
	*status = answer_error(CNI_INVALID_ENVIRONMENT, details, "%s", problem);
	return false;
}

static int find_command(const char *command) {
	for (int i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(commands[i].name, command) == 0)
			return i;
	return -1;
}

bool check_environment(const char *command, int *status) {
	static const struct {
		const char *name;
		int needed_by;
		bool (*check)(const char *value, int *status);
	} variables[] = {
		{"CNI_CONTAINERID", NEEDS_ADD | NEEDS_DEL | NEEDS_CHECK, check_container_id},
		{"CNI_NETNS", NEEDS_ADD | NEEDS_CHECK, NULL},
		{"CNI_IFNAME", NEEDS_ADD | NEEDS_DEL | NEEDS_CHECK, check_interface_name},
		{"CNI_PATH", NEEDS_ADD | NEEDS_DEL | NEEDS_CHECK | NEEDS_GC | NEEDS_STATUS, NULL},
	};
	char missing[64] = "";
	int index = find_command(command);
	int bit = index < 0 ? 0 : commands[index].bit;
	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
		if ((variables[i].needed_by & bit) == 0)
			continue;
		const char *value = getenv(variables[i].name);
		if (value == NULL || *value == 0)
			sprintf(missing + strlen(missing), "%s%s", *missing == 0 ? "" : ",", variables[i].name);
		else if (variables[i].check != NULL && !variables[i].check(value, status))
			return false;
	}
	if (*missing == 0)
		return true;
	*status = answer_error(CNI_INVALID_ENVIRONMENT, NULL, "required env variables [%s] missing", missing);
	return false;
}

static bool check_version(const char *program, int command, const char *version, int *status) {
	char list[VERSION_TEXT];
	char details[2 * VERSION_TEXT];
	int index = version_index(version);
	if (index >= 0 && index < version_index(commands[command].since)) {
		*status = answer_error(CNI_INCOMPATIBLE_VERSION, NULL, "config version does not allow %s", commands[command].name);
		return false;
	}
	if (index >= first_version(program))
		return true;
	snprintf(details, sizeof details, "config is \"%s\", plugin supports [%s]", version, list_versions(program, "\"", " ", list));
	*status = answer_error(CNI_INCOMPATIBLE_VERSION, details, "incompatible CNI versions");
	return false;
}

bool check_config(const char *program, const char *command, const struct config *config, int *status) {
	int index = find_command(command);
	if (!config->has_name)
		*status = answer_error(CNI_INVALID_CONFIG, NULL, "missing network name");
	else if (!is_name(config->name))
		*status = answer_error(CNI_INVALID_CONFIG, config->name, "invalid characters found in network name");
	else if (index < 0)
		*status = answer_error(CNI_INVALID_ENVIRONMENT, NULL, "unknown CNI_COMMAND: %s", command);
	else
		return check_version(program, index, config->cni_version, status);
	return false;
}
