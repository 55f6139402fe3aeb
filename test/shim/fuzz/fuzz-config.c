// SPDX-License-Identifier: Apache-2.0
// The walk over the JSON of a configuration: the input is the text.

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../../shim/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct config config;
	struct config_problem problem;
	if (read_config((const char *)data, size, &config, &problem)) {
		// What the rest of the shim relies on.
		if (config.socket_dir[0] == 0 || config.cni_version[0] == 0 || strlen(config.socket_dir) >= sizeof config.socket_dir)
			abort();
	} else if (problem.code == 0 || strlen(problem.text) >= sizeof problem.text) {
		abort();
	}
	return 0;
}
