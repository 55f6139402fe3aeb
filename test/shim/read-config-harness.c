// SPDX-License-Identifier: Apache-2.0
// Feeds texts to read_config(): on stdin, again and again a length (u32 of this machine) and as many bytes. Prints a line for
// each: "ok", then socket directory, version, name as hexadecimal and whether there is a name; or "no", then code and text.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../shim/config.h"

static void print_hex(const char *text) {
	putchar(' ');
	for (const unsigned char *c = (const unsigned char *)text; *c != 0; c++)
		printf("%02x", *c);
}

int main(void) {
	uint32_t size;
	while (fread(&size, sizeof size, 1, stdin) == 1) {
		char *json = malloc(size == 0 ? 1 : size); // exactly as large, so that the sanitizer sees each byte too many
		struct config config;
		struct config_problem problem;
		if (json == NULL || fread(json, 1, size, stdin) != size)
			return 2;
		if (read_config(json, size, &config, &problem)) {
			printf("ok");
			print_hex(config.socket_dir);
			print_hex(config.cni_version);
			print_hex(config.name);
			printf(" %d\n", config.has_name);
		} else {
			printf("no %d", problem.code);
			print_hex(problem.text);
			putchar('\n');
		}
		free(json);
	}
	return 0;
}
