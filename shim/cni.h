// SPDX-License-Identifier: Apache-2.0
// What the CNI specification asks of a plugin before it does anything: answered without the daemon.

#ifndef SHIM_CNI_H
#define SHIM_CNI_H

#include <stdbool.h>

#include "config.h"

// Prints what the plugin is, as for a person who starts it by hand. Returns the exit status.
int print_about(const char *program);

// Answers VERSION. Returns the exit status.
int print_versions(const char *program);

// Checks the variables that `command` needs. False: an error was answered and `*status` is the exit status.
bool check_environment(const char *command, int *status);

// Checks the command and the versions and name in the configuration. False: as above.
bool check_config(const char *program, const char *command, const struct config *config, int *status);

#endif
