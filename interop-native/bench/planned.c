/* A network as the engine lays it out in the smallest arena, layers in chains: the results that the host has, clean and
 * with probes, and the instructions of a clean pass. The file: tests/cortexm/PlannedFile.cs. */
#include "bench.h"
#include "layers/backend.h"
#include "memory/memory.h"
#include "semihosting.h"

#include <stdlib.h>
#include <string.h>

#define MAGIC 0x50545441 /* "ATTP" */

enum { LARGEST_RESULT = 4096, LARGEST_GROUPS = 64 };

typedef struct planned_group {
    int32_t first;
    int32_t count;
    int32_t binding;
    int32_t lines;
} planned_group;

typedef struct planned_header {
    int32_t magic;
    int32_t model_bytes;
    int32_t arena_bytes;
    int32_t groups;
    int32_t runs;
    int32_t result_at;
    int32_t result_bytes;
} planned_header;

typedef struct planned_run {
    int32_t probed;
    int32_t mode;
    uint32_t seed_low;
    uint32_t seed_high;
} planned_run;

static int32_t record_at(int32_t layer) {
    return ATTUNE_RECORDS_AT + layer * ATTUNE_RECORD_WORDS * 4;
}

static int32_t group_run(int32_t arena, const planned_group *group, const planned_run *run) {
    int inside = run->probed >= group->first && run->probed < group->first + group->count;
    int32_t probed = inside ? run->probed - group->first : -1;
    int32_t mode = inside ? run->mode : 0;
    if (group->count > 1) {
        return attune_chain_run(arena, record_at(group->first), group->binding, group->count, group->lines, -1, probed,
                                mode, run->seed_low, run->seed_high);
    }
    return attune_layer_run(arena, record_at(group->first), group->binding, mode, run->seed_low, run->seed_high);
}

/* All groups from the arena's first state on; counts instructions. */
static int network_pass(int32_t arena, const planned_header *header, const uint8_t *image, const planned_group *groups,
                        const planned_run *run, uint32_t *instructions) {
    int good = attune_arena_write(arena, 0, image, 0, header->arena_bytes) == ATTUNE_OK;
    uint32_t start = bench_ticks();
    for (int32_t i = 0; i < header->groups; i++) {
        good &= group_run(arena, &groups[i], run) == ATTUNE_OK;
    }
    *instructions = bench_instructions(start, bench_ticks());
    return good;
}

int bench_planned(const char *path) {
    static planned_group groups[LARGEST_GROUPS];
    static uint8_t expected[LARGEST_RESULT];
    planned_header header;
    int32_t file = semihosting_open(path);
    if (file < 0 || !semihosting_read(file, &header, sizeof header) || header.magic != MAGIC ||
        header.groups > LARGEST_GROUPS || header.result_bytes > LARGEST_RESULT) {
        bench_print("%s cannot be read\n", path);
        return 1;
    }
    uint8_t *model = malloc((size_t)header.model_bytes);
    uint8_t *image = malloc((size_t)header.arena_bytes);
    int32_t arena = attune_arena_open(header.arena_bytes);
    if (model == NULL || image == NULL || !semihosting_read(file, model, header.model_bytes) ||
        !semihosting_read(file, image, header.arena_bytes) ||
        !semihosting_read(file, groups, header.groups * (int32_t)sizeof *groups) ||
        attune_model_open(arena, header.model_bytes) != ATTUNE_OK ||
        attune_model_write(arena, 0, model, 0, header.model_bytes) != ATTUNE_OK) {
        bench_print("%s cannot be loaded\n", path);
        return 1;
    }
    const uint8_t *result = attune_memory_find(arena)->arena + header.result_at;
    int failures = 0;
    attune_backend_use(ATTUNE_BACKEND_DSP);
    for (int32_t i = 0; i < header.runs; i++) {
        planned_run run;
        uint32_t instructions = 0;
        int good = semihosting_read(file, &run, sizeof run) && semihosting_read(file, expected, header.result_bytes) &&
                   network_pass(arena, &header, image, groups, &run, &instructions) &&
                   memcmp(result, expected, (size_t)header.result_bytes) == 0;
        failures += !good;
        bench_print("planned %ld mode %ld instructions %lu equal %d\n", (long)run.probed, (long)run.mode,
                    (unsigned long)instructions, good);
    }
    attune_arena_close(arena);
    free(model);
    free(image);
    return failures;
}
