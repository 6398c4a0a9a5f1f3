/* Console, files and exit through the debugger's semihosting calls. */
#ifndef ATTUNE_BENCH_SEMIHOSTING_H
#define ATTUNE_BENCH_SEMIHOSTING_H

#include <stdint.h>

void semihosting_print(const char *text);
void semihosting_exit(int status) __attribute__((noreturn));
/* The words after the program's name; text receives at most size bytes. */
void semihosting_command(char *text, int32_t size);
/* A file for reading, or a negative number. */
int32_t semihosting_open(const char *path);
/* Whether all bytes could be read. */
int semihosting_read(int32_t file, void *data, int32_t bytes);

#endif
