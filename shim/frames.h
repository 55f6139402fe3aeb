// SPDX-License-Identifier: Apache-2.0
// Frames and their fields as bytes: docs/reference/shim-protocol.md.

#ifndef SHIM_FRAMES_H
#define SHIM_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#define PROTOCOL "plait-shim/1"

enum { FRAME_MAX = 10 << 20, FRAME_HEADER = 5 };
enum frame_type {
	FRAME_REQUEST = 1,
	FRAME_EXEC = 2,
	FRAME_EXEC_RESULT = 3,
	FRAME_REPLY = 4,
	FRAME_FIND = 5,
	FRAME_FOUND = 6,
	FRAME_KILL = 7,
};

void put_u32(unsigned char *out, size_t value);
size_t get_u32(const unsigned char *in);

// Puts the bytes of a stream together to frames, one at a time.
struct inbox {
	unsigned char header[FRAME_HEADER];
	unsigned char *payload; // on the heap; whoever takes it sets it to NULL
	size_t size, have;      // of the payload; of header and payload together
};

enum inbox_state { INBOX_MORE, INBOX_FRAME, INBOX_FOREIGN, INBOX_NO_MEMORY };

// Where the next bytes belong, and how many of them at most (at least 1 before a frame is complete).
struct iovec inbox_room(struct inbox *inbox);

// Says that `count` bytes are there. After INBOX_FRAME the payload is to be taken, and then inbox_next() called.
enum inbox_state inbox_filled(struct inbox *inbox, size_t count);
void inbox_next(struct inbox *inbox);

// Reads the fields of a payload. What would run over its end, or has a NUL, makes `broken` true and gives nothing.
struct fields {
	unsigned char *next, *end;
	bool broken;
};

size_t take_number(struct fields *fields);
struct iovec take_bytes(struct fields *fields);
// The text gets its NUL where its length stood, so that it needs no memory of its own.
char *take_text(struct fields *fields);

#endif
