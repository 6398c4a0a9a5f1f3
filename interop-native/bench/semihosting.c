#include "semihosting.h"

#include <string.h>

enum { SYS_OPEN = 0x01, SYS_WRITE0 = 0x04, SYS_READ = 0x06, SYS_GET_CMDLINE = 0x15, SYS_EXIT_EXTENDED = 0x20 };

static int32_t call(int32_t operation, const void *argument) {
    register int32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

void semihosting_print(const char *text) {
    call(SYS_WRITE0, text);
}

void semihosting_exit(int status) {
    const uint32_t stopped[2] = {0x20026, (uint32_t)status};
    call(SYS_EXIT_EXTENDED, stopped);
    for (;;) {
    }
}

void semihosting_command(char *text, int32_t size) {
    void *block[2] = {text, (void *)(intptr_t)size};
    text[0] = 0;
    call(SYS_GET_CMDLINE, block);
}

int32_t semihosting_open(const char *path) {
    const void *block[3] = {path, (void *)1, (void *)strlen(path)}; /* mode 1: rb */
    return call(SYS_OPEN, block);
}

int semihosting_read(int32_t file, void *data, int32_t bytes) {
    const void *block[3] = {(void *)(intptr_t)file, data, (void *)(intptr_t)bytes};
    return call(SYS_READ, block) == 0; /* it returns the bytes that are missing */
}
