// SPDX-License-Identifier: Apache-2.0
// The few things that the shim reads in the network configuration. Everything else in it is opaque bytes for the daemon.

#ifndef SHIM_CONFIG_H
#define SHIM_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

struct config {
	char socket_dir[108]; // daemonSocketDir; /run/multus/ when absent, null or empty
	char cni_version[32]; // 0.1.0 when absent, null or empty; cut when longer than any version
	char name[256];       // cut when longer; the daemon sees the whole
	bool has_name;
};

struct config_problem {
	int code; // of the CNI specification
	char text[192];
};

// Finds the top-level keys (in any letter case, the last one wins, as Go reads JSON). False: `problem` says why. It refuses only
// what cannot be a JSON object at all and keys of the wrong type: what is inside the values is the daemon's to judge.
bool read_config(const char *json, size_t size, struct config *config, struct config_problem *problem);

#endif
