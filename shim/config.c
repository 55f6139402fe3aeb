// SPDX-License-Identifier: Apache-2.0

#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "answer.h"

// The rest of the text. `next` never passes `end`.
struct scanner {
	const char *next, *end;
	struct config_problem *problem;
};

// A value as it stands in the text; of a string, what is between the quotes.
struct value {
	const char *start;
	size_t size;
	char first; // '"', '{', '[', or the first character of a number, true, false, null
};

__attribute__((format(printf, 3, 4))) static bool refuse(struct config_problem *problem, int code, const char *format, ...) {
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(problem->text, sizeof problem->text, format, arguments);
	va_end(arguments);
	problem->code = code;
	return false;
}

// The texts are those of Go's JSON package, as upstream shows them.
static bool unexpected(struct scanner *scanner, const char *where) {
	static const char prefix[] = "error unmarshall network config: ";
	if (scanner->next == scanner->end)
		return refuse(scanner->problem, CNI_DECODING, "%sunexpected end of JSON input", prefix);
	unsigned char c = (unsigned char)*scanner->next;
	char shown[8];
	if (c == '\'')
		strcpy(shown, "\\'");
	else
		snprintf(shown, sizeof shown, c >= 0x20 && c < 0x7f ? "%c" : "\\x%02x", c);
	return refuse(scanner->problem, CNI_DECODING, "%sinvalid character '%s' %s", prefix, shown, where);
}

static bool at(const struct scanner *scanner, char wanted) {
	return scanner->next < scanner->end && *scanner->next == wanted;
}

static bool at_any(const struct scanner *scanner, const char *set) {
	return scanner->next < scanner->end && *scanner->next != 0 && strchr(set, *scanner->next) != NULL;
}

static void skip_space(struct scanner *scanner) {
	while (at_any(scanner, " \t\r\n"))
		scanner->next++;
}

static bool scan_string(struct scanner *scanner, struct value *value) {
	*value = (struct value){.start = ++scanner->next, .first = '"'};
	while (scanner->next < scanner->end && *scanner->next != '"')
		scanner->next += *scanner->next == '\\' && scanner->end - scanner->next > 1 ? 2 : 1;
	if (scanner->next == scanner->end)
		return unexpected(scanner, "");
	value->size = (size_t)(scanner->next++ - value->start);
	return true;
}

// Counts brackets instead of descending, so that depth costs nothing.
static bool skip_nested(struct scanner *scanner) {
	struct value ignored;
	size_t depth = 0;
	do {
		if (at(scanner, '"')) {
			if (!scan_string(scanner, &ignored))
				return false;
			continue;
		}
		if (at_any(scanner, "{["))
			depth++;
		else if (at_any(scanner, "]}"))
			depth--;
		else if (scanner->next == scanner->end)
			return unexpected(scanner, "");
		scanner->next++;
	} while (depth > 0);
	return true;
}

static bool scan_value(struct scanner *scanner, struct value *value) {
	if (at(scanner, '"'))
		return scan_string(scanner, value);
	if (scanner->next == scanner->end || at_any(scanner, ",:]}"))
		return unexpected(scanner, "looking for beginning of value");
	*value = (struct value){.start = scanner->next, .first = *scanner->next};
	if (at_any(scanner, "{["))
		return skip_nested(scanner);
	while (scanner->next < scanner->end && !at_any(scanner, ",:]} \t\r\n\""))
		scanner->next++;
	value->size = (size_t)(scanner->next - value->start);
	return true;
}

static int hex_digit(char c) {
	static const char digits[] = "0123456789abcdef";
	const char *found = c == 0 ? NULL : strchr(digits, c >= 'A' && c <= 'F' ? c + ('a' - 'A') : c);
	return found == NULL ? -1 : (int)(found - digits);
}

// \uXXXX as UTF-8. Surrogates are refused: nothing that the shim looks for needs them.
static int unescape_unicode(const char *digits, char *out) {
	unsigned code = 0;
	for (int i = 0; i < 4; i++) {
		int digit = hex_digit(digits[i]);
		if (digit < 0)
			return -1;
		code = code * 16 + (unsigned)digit;
	}
	if (code == 0 || (code >= 0xd800 && code <= 0xdfff))
		return -1;
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	out[0] = (char)(0xe0 | code >> 12);
	out[1] = (char)(0x80 | (code >> 6 & 0x3f));
	out[2] = (char)(0x80 | (code & 0x3f));
	return 3;
}

// Copies the characters of a JSON string. False: an escape that cannot be read, a NUL, or more than fits (`out` holds what did).
static bool copy_string(const struct value *value, char *out, size_t capacity) {
	static const char escapes[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	const char *end = value->start + value->size;
	size_t used = 0;
	out[0] = 0;
	for (const char *c = value->start; c < end;) {
		char bytes[4] = {*c++};
		int count = 1;
		if (bytes[0] == '\\') {
			const char *found = c < end && *c != 0 ? strchr(escapes, *c) : NULL;
			if (found != NULL)
				bytes[0] = meant[found - escapes];
			else if (end - c < 5 || *c != 'u' || (count = unescape_unicode(c + 1, bytes)) < 0)
				return false;
			c += found != NULL ? 1 : 5;
		}
		if (bytes[0] == 0 || used + (size_t)count >= capacity)
			return false;
		memcpy(out + used, bytes, (size_t)count);
		used += (size_t)count;
		out[used] = 0;
	}
	return true;
}

static const char *kind_of(const struct value *value) {
	switch (value->first) {
	case '{': return "object";
	case '[': return "array";
	case 't':
	case 'f': return "bool";
	default: return "number";
	}
}

static bool is_null(const struct value *value) {
	return value->first != '"' && value->size == 4 && memcmp(value->start, "null", 4) == 0;
}

static bool take_socket_dir(const struct value *value, struct config *config, struct config_problem *problem) {
	static const char prefix[] = "invalid CNI configuration passed to multus-shim: daemonSocketDir";
	if (value->first != '"')
		return refuse(problem, CNI_INVALID_CONFIG, "%s must be a string, and is a JSON %s", prefix, kind_of(value));
	if (!copy_string(value, config->socket_dir, sizeof config->socket_dir))
		return refuse(problem, CNI_INVALID_CONFIG, "%s is not a path of at most %zu bytes", prefix, sizeof config->socket_dir - 1);
	return true;
}

static bool take(const char *key, const struct value *value, struct config *config, struct config_problem *problem) {
	if (is_null(value))
		return true;
	if (strcasecmp(key, "daemonSocketDir") == 0)
		return take_socket_dir(value, config, problem);
	if (strcasecmp(key, "cniVersion") == 0) {
		if (value->first != '"')
			return refuse(problem, CNI_DECODING,
			              "decoding version from network config: json: cannot unmarshal %s into Go struct field .cniVersion of type string",
			              kind_of(value));
		copy_string(value, config->cni_version, sizeof config->cni_version);
	}
	if (strcasecmp(key, "name") == 0) {
		if (value->first != '"')
			return refuse(problem, CNI_DECODING,
			              "error unmarshall network config: json: cannot unmarshal %s into Go struct field .name of type string",
			              kind_of(value));
		copy_string(value, config->name, sizeof config->name);
		config->has_name = value->size > 0;
	}
	return true;
}

static bool scan_member(struct scanner *scanner, struct config *config) {
	struct value key, value;
	char name[sizeof "daemonSocketDir"];
	if (!at(scanner, '"'))
		return unexpected(scanner, "looking for beginning of object key string");
	if (!scan_string(scanner, &key))
		return false;
	skip_space(scanner);
	if (!at(scanner, ':'))
		return unexpected(scanner, "after object key");
	scanner->next++;
	skip_space(scanner);
	if (!scan_value(scanner, &value))
		return false;
	skip_space(scanner);
	if (!at_any(scanner, ",}"))
		return unexpected(scanner, "after object key:value pair");
	return !copy_string(&key, name, sizeof name) || take(name, &value, config, scanner->problem);
}

static bool scan_object(struct scanner *scanner, struct config *config) {
	skip_space(scanner);
	if (!at(scanner, '{')) {
		if (at_any(scanner, "[\"-0123456789tfn"))
			return refuse(scanner->problem, CNI_DECODING, "error unmarshall network config: it is not a JSON object");
		return unexpected(scanner, "looking for beginning of value");
	}
	scanner->next++;
	skip_space(scanner);
	bool more = !at(scanner, '}');
	while (more) {
		if (!scan_member(scanner, config))
			return false;
		more = at(scanner, ',');
		if (more) {
			scanner->next++;
			skip_space(scanner);
		}
	}
	scanner->next++;
	skip_space(scanner);
	return scanner->next == scanner->end || unexpected(scanner, "after top-level value");
}

bool read_config(const char *json, size_t size, struct config *config, struct config_problem *problem) {
	struct scanner scanner = {.next = json, .end = json + size, .problem = problem};
	*config = (struct config){.socket_dir = ""};
	if (!scan_object(&scanner, config))
		return false;
	if (config->socket_dir[0] == 0)
		strcpy(config->socket_dir, "/run/multus/");
	if (config->cni_version[0] == 0)
		strcpy(config->cni_version, "0.1.0");
	return true;
}
