// SPDX-License-Identifier: Apache-2.0

// Starts programs and tells how long they took, from just before the start to the end of the process. Node takes longer for
// a start than some of the programs that are measured. After three minutes all that still run are killed.
//
//   in:   COUNT, then COUNT lines PROGRAM, STDIN FILE, STDOUT FILE, NAME=VALUE …, separated by tabs; all start at once
//   out:  microseconds until the last one ended, then COUNT lines EXIT CODE, microseconds, CPU microseconds

#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_JOBS = 256, MAX_FIELDS = 32, MOST_SECONDS = 180 };

struct job {
	char *line;
	char *fields[MAX_FIELDS + 1];
	int input, output, exit_code;
	volatile pid_t pid; // 0 before the start and after the end
	double started_us, wall_us, cpu_us;
};

static struct job jobs[MAX_JOBS];

static _Noreturn void fail(const char *what)
{
	perror(what);
	exit(1);
}

static double now_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static double seconds_us(struct timeval time)
{
	return (double)time.tv_sec * 1e6 + (double)time.tv_usec;
}

static void read_job(struct job *job)
{
	size_t size = 0;
	int count = 0;
	job->line = NULL;
	if (getline(&job->line, &size, stdin) < 0)
		fail("read a job");
	job->line[strcspn(job->line, "\n")] = '\0';
	for (char *rest = job->line, *field; (field = strsep(&rest, "\t")) != NULL && count < MAX_FIELDS;)
		job->fields[count++] = field;
	if (count < 3)
		fail("a job of fewer than three fields");
	job->fields[count] = NULL;
	job->input = open(job->fields[1], O_RDONLY | O_CLOEXEC);
	job->output = open(job->fields[2], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (job->input < 0 || job->output < 0)
		fail(job->fields[0]);
}

static void start(struct job *job)
{
	posix_spawn_file_actions_t actions;
	char *arguments[] = {job->fields[0], NULL};
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, job->input, 0);
	posix_spawn_file_actions_adddup2(&actions, job->output, 1);
	job->started_us = now_us();
	pid_t pid;
	if (posix_spawn(&pid, job->fields[0], &actions, NULL, arguments, job->fields + 3) != 0)
		fail(job->fields[0]);
	job->pid = pid;
	posix_spawn_file_actions_destroy(&actions);
}

static void await_one(int count)
{
	int status;
	struct rusage usage;
	pid_t pid = wait4(-1, &status, 0, &usage);
	double ended_us = now_us();
	for (int i = 0; i < count; i++) {
		if (jobs[i].pid != pid)
			continue;
		jobs[i].pid = 0;
		jobs[i].wall_us = ended_us - jobs[i].started_us;
		jobs[i].cpu_us = seconds_us(usage.ru_utime) + seconds_us(usage.ru_stime);
		jobs[i].exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	}
}

static void kill_all(int signal)
{
	(void)signal;
	for (int i = 0; i < MAX_JOBS; i++)
		if (jobs[i].pid != 0)
			kill(jobs[i].pid, SIGKILL);
}

static void run(int count)
{
	for (int i = 0; i < count; i++)
		read_job(&jobs[i]);
	double started_us = now_us();
	alarm(MOST_SECONDS);
	for (int i = 0; i < count; i++)
		start(&jobs[i]);
	for (int i = 0; i < count; i++)
		await_one(count);
	alarm(0);
	printf("%.0f\n", now_us() - started_us);
	for (int i = 0; i < count; i++) {
		printf("%d %.0f %.0f\n", jobs[i].exit_code, jobs[i].wall_us, jobs[i].cpu_us);
		close(jobs[i].input);
		close(jobs[i].output);
		free(jobs[i].line);
	}
	fflush(stdout);
}

int main(void)
{
	char line[32];
	struct sigaction action = {.sa_handler = kill_all, .sa_flags = SA_RESTART};
	sigaction(SIGALRM, &action, NULL);
	while (fgets(line, sizeof line, stdin) != NULL) {
		int count = atoi(line);
		if (count < 1 || count > MAX_JOBS)
			fail("a number of jobs");
		run(count);
	}
	return 0;
}
