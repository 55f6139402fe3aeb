// SPDX-License-Identifier: Apache-2.0
// A ptrace(2) for user-mode Linux to be preloaded. On a CPU with AMX the XSAVE area is larger than the buffer that UML
// hands to PTRACE_SETREGSET, and Linux refuses to set a part of it ("put_fp_registers" in UML's last words). So UML's part
// is laid over the whole area as it is.

#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static long set_part(pid_t pid, void *kind, struct iovec *part)
{
	static unsigned char area[16384];
	struct iovec whole = { area, sizeof area };

	if (syscall(SYS_ptrace, PTRACE_GETREGSET, pid, kind, &whole) != 0 || whole.iov_len <= part->iov_len)
		return syscall(SYS_ptrace, PTRACE_SETREGSET, pid, kind, part);
	memcpy(area, part->iov_base, part->iov_len);
	return syscall(SYS_ptrace, PTRACE_SETREGSET, pid, kind, &whole);
}

long ptrace(enum __ptrace_request request, ...)
{
	va_list arguments;
	va_start(arguments, request);
	pid_t pid = va_arg(arguments, pid_t);
	void *address = va_arg(arguments, void *);
	void *data = va_arg(arguments, void *);
	va_end(arguments);

	if (request == PTRACE_SETREGSET && (long)address == NT_X86_XSTATE)
		return set_part(pid, address, data);
	if (request != PTRACE_PEEKTEXT && request != PTRACE_PEEKDATA && request != PTRACE_PEEKUSER)
		return syscall(SYS_ptrace, request, pid, address, data);
	// The system call stores the word that it reads; the function of libc returns it.
	long word;
	if (syscall(SYS_ptrace, request, pid, address, &word) != 0)
		return -1;
	errno = 0;
	return word;
}
