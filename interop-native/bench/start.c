/* From reset to main and its words, and what the C library asks of a system: heap, console, end. */
#include "semihosting.h"

#include <errno.h>
#include <malloc.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

extern uint32_t bss_start[], bss_end[], stack_top[];
extern char heap_start[], heap_end[];

enum { WORDS = 5, COMMAND_BYTES = 400 };

int main(int count, char **words);
void reset_handler(void);
void _exit(int status);
int _write(int file, const char *text, int bytes);
void *_sbrk(ptrdiff_t bytes);
int posix_memalign(void **block, size_t alignment, size_t bytes);

static void fault_handler(void) {
    semihosting_print("fault\n");
    semihosting_exit(3);
}

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    (const void *)stack_top,     (const void *)reset_handler, (const void *)fault_handler, (const void *)fault_handler,
    (const void *)fault_handler, (const void *)fault_handler, (const void *)fault_handler,
};

void reset_handler(void) {
    volatile uint32_t *coprocessor_access = (volatile uint32_t *)0xe000ed88u;
    *coprocessor_access |= 0xf00000u;
    __asm__ volatile("dsb\n isb");
    for (uint32_t *word = bss_start; word < bss_end; word++) {
        *word = 0;
    }
    static char command[COMMAND_BYTES];
    static char *words[WORDS + 1];
    semihosting_command(command, sizeof command);
    int count = 0;
    for (char *word = strtok(command, " "); word != NULL && count < WORDS; word = strtok(NULL, " ")) {
        words[count++] = word;
    }
    exit(main(count, words));
}

void _exit(int status) {
    semihosting_exit(status);
}

int _write(int file, const char *text, int bytes) {
    (void)file;
    char line[128];
    for (int done = 0; done < bytes;) {
        int part = bytes - done < (int)sizeof line ? bytes - done : (int)sizeof line - 1;
        memcpy(line, text + done, (size_t)part);
        line[part] = 0;
        semihosting_print(line);
        done += part;
    }
    return bytes;
}

void *_sbrk(ptrdiff_t bytes) {
    static char *end = heap_start;
    if (bytes > heap_end - end) {
        errno = ENOMEM;
        return (void *)-1;
    }
    char *begin = end;
    end += bytes;
    return begin;
}

/* newlib-nano has aligned_alloc, but not what it calls. */
int posix_memalign(void **block, size_t alignment, size_t bytes) {
    *block = memalign(alignment, bytes);
    return *block == NULL ? ENOMEM : 0;
}
