/* spawn RESULT PROGRAM ARGUMENTS...: run a program, write what it took to the file RESULT.

   One line: user and system time in microseconds, wall time in nanoseconds, peak resident memory
   in kilobytes, exit status (128 and more: the signal).  Linux counts the memory that the parent
   had at fork as the child's, so the parent has to be small: a Python one would hide what an
   interpreter of a few megabytes takes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static long long microseconds(struct timeval t) { return t.tv_sec * 1000000LL + t.tv_usec; }

int main(int argc, char **argv) {
    if (argc < 3)
        return 2;
    long long begun = now();
    pid_t child = fork();
    if (child == 0) {
        execv(argv[2], argv + 2);
        fprintf(stderr, "%s: %s\n", argv[2], strerror(errno));
        _exit(127);
    }
    int status;
    struct rusage used;
    if (child < 0 || wait4(child, &status, 0, &used) < 0) {
        perror("spawn");
        return 2;
    }
    long long wall = now() - begun;
    FILE *file = fopen(argv[1], "w");
    if (!file) {
        perror(argv[1]);
        return 2;
    }
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    fprintf(file, "%lld %lld %lld %ld %d\n", microseconds(used.ru_utime),
            microseconds(used.ru_stime), wall, used.ru_maxrss, code);
    return fclose(file) ? 2 : 0;
}
