// SPDX-License-Identifier: Apache-2.0

#include "frames.h"

#include <stdlib.h>
#include <string.h>

void put_u32(unsigned char *out, size_t value) {
	for (int i = 0; i < 4; i++)
		out[i] = (unsigned char)(value >> (8 * i));
}

size_t get_u32(const unsigned char *in) {
	return (size_t)in[0] | (size_t)in[1] << 8 | (size_t)in[2] << 16 | (size_t)in[3] << 24;
}

struct iovec inbox_room(struct inbox *inbox) {
	if (inbox->have < FRAME_HEADER)
		return (struct iovec){.iov_base = inbox->header + inbox->have, .iov_len = FRAME_HEADER - inbox->have};
	size_t used = inbox->have - FRAME_HEADER;
	return (struct iovec){.iov_base = inbox->payload + used, .iov_len = inbox->size - used};
}

static bool comes_from_a_daemon(int type) {
	return type == FRAME_REPLY || type == FRAME_EXEC || type == FRAME_FIND || type == FRAME_KILL;
}

enum inbox_state inbox_filled(struct inbox *inbox, size_t count) {
	bool in_header = inbox->have < FRAME_HEADER;
	inbox->have += count;
	if (inbox->have < FRAME_HEADER)
		return INBOX_MORE;
	if (in_header) {
		inbox->size = get_u32(inbox->header + 1);
		if (!comes_from_a_daemon(inbox->header[0]) || inbox->size == 0 || inbox->size > FRAME_MAX)
			return INBOX_FOREIGN;
		inbox->payload = malloc(inbox->size);
		if (inbox->payload == NULL)
			return INBOX_NO_MEMORY;
	}
	return inbox->have == FRAME_HEADER + inbox->size ? INBOX_FRAME : INBOX_MORE;
}

void inbox_next(struct inbox *inbox) {
	free(inbox->payload);
	*inbox = (struct inbox){.payload = NULL};
}

static size_t left(const struct fields *fields) {
	return (size_t)(fields->end - fields->next);
}

size_t take_number(struct fields *fields) {
	if (fields->broken || left(fields) < 4) {
		fields->broken = true;
		return 0;
	}
	size_t number = get_u32(fields->next);
	fields->next += 4;
	return number;
}

struct iovec take_bytes(struct fields *fields) {
	struct iovec bytes = {.iov_len = take_number(fields)};
	if (fields->broken || bytes.iov_len > left(fields)) {
		fields->broken = true;
		return (struct iovec){.iov_base = NULL};
	}
	bytes.iov_base = fields->next;
	fields->next += bytes.iov_len;
	return bytes;
}

char *take_text(struct fields *fields) {
	struct iovec bytes = take_bytes(fields);
	if (fields->broken || memchr(bytes.iov_base, 0, bytes.iov_len) != NULL) {
		fields->broken = true;
		return NULL;
	}
	char *text = (char *)bytes.iov_base - 4;
	memmove(text, bytes.iov_base, bytes.iov_len);
	text[bytes.iov_len] = 0;
	return text;
}
