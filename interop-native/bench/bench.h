/* What the programs of the benchmark share. */
#ifndef ATTUNE_BENCH_H
#define ATTUNE_BENCH_H

#include <stdint.h>

/* printf of one line to the console. */
void bench_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Instructions between the two calls: a counter that the machine advances by 10 each 16 instructions. */
static inline uint32_t bench_ticks(void) {
    __asm__ volatile("" ::: "memory"); /* nothing is moved across */
    uint32_t ticks = *(volatile uint32_t *)0x40028018u;
    __asm__ volatile("" ::: "memory");
    return ticks;
}
static inline uint32_t bench_instructions(uint32_t start, uint32_t end) {
    return (uint32_t)((uint64_t)(end - start) * 10 / 16);
}

/* The programs: each returns the number of failures. */
int bench_cases(const char *path);
int bench_layers(const char *path);
int bench_training(const char *path);
int bench_backward(const char *path, int32_t percent);
int bench_planned(const char *path);
int bench_shapes(void);
int bench_gradients(void);

#endif
