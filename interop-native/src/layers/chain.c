/* Layers that run together, line after line.
 *
 * A round asks for one more line of the last layer. From last to first, every layer's target follows from what its
 * consumers need next; from first to last, every layer then computes its lines up to the target. A buffer therefore
 * holds the lines from the first one that any consumer still needs to the newest. Statistics also take in the lines
 * that nothing reads: rounds for the layers before the last complete them. */
#include "../kernels/checks.h"
#include "../kernels/operators.h"
#include "layer_call.h"
#include "record_check.h"

#include <stddef.h>
#include <string.h>

typedef struct layer_chain {
    const int32_t *records[ATTUNE_CHAIN_LAYERS];
    const attune_operator_rules *rules[ATTUNE_CHAIN_LAYERS];
    int32_t count;
    int32_t first_tensor;              /* the tensor that layer 0 writes */
    int32_t runs[ATTUNE_CHAIN_LAYERS]; /* whether the layer runs */
} layer_chain;

/* The chain's layer that writes input number 0 or 1 of a layer; -1: none. */
static int32_t source_of(const layer_chain *chain, int32_t layer, int32_t input) {
    const int32_t *record = chain->records[layer];
    if (input == 1 && (record[ATTUNE_INPUT2] < 0 || record[ATTUNE_FLAGS] & ATTUNE_FLAG_CONSTANT_INPUT2)) {
        return -1;
    }
    int32_t tensor = record[input == 0 ? ATTUNE_INPUT : ATTUNE_INPUT2] - chain->first_tensor;
    return tensor >= 0 && tensor < layer ? tensor : -1;
}

/* Input lines low .. high - 1 that an output line of a layer needs. */
static void lines_needed(const layer_chain *chain, int32_t layer, int32_t line, int32_t *low, int32_t *high) {
    const int32_t *record = chain->records[layer];
    int32_t height = record[ATTUNE_INPUT_N + 1];
    int32_t first, extent;
    chain->rules[layer]->lines(record, line, &first, &extent);
    *low = attune_clamp(first, 0, height);
    *high = attune_clamp(first + extent, 0, height);
}

/* Whether both operands have the output's shape. */
static int equal_shapes(const int32_t *record) {
    return attune_shape_equal(record + ATTUNE_INPUT_N, record + ATTUNE_OUTPUT_N) &&
           attune_shape_equal(record + ATTUNE_INPUT2_N, record + ATTUNE_OUTPUT_N);
}

static int layer_allowed(const int32_t *record, const attune_operator_rules *rules) {
    return rules->lines != NULL && record[ATTUNE_OUTPUT_N] == 1 &&
           (!(rules->properties & ATTUNE_BINARY) || equal_shapes(record));
}

/* Whether a tensor of the chain is read under the very shape that it was written with. */
static int shapes_kept(const layer_chain *chain, int32_t layer) {
    for (int32_t input = 0; input < 2; input++) {
        int32_t source = source_of(chain, layer, input);
        for (int axis = 0; source >= 0 && axis < 4; axis++) {
            const int32_t *shape = chain->records[layer] + (input == 0 ? ATTUNE_INPUT_N : ATTUNE_INPUT2_N);
            if (shape[axis] != chain->records[source][ATTUNE_OUTPUT_N + axis]) {
                return 0;
            }
        }
    }
    return 1;
}

/* ATTUNE_OK with the records, ATTUNE_ERROR_MODE if they are no chain, or what is wrong. */
static int32_t chain_find(const attune_memory *memory, int32_t record, int32_t count, layer_chain *found) {
    int32_t record_bytes = ATTUNE_RECORD_WORDS * 4;
    if (count < 1 || count > ATTUNE_CHAIN_LAYERS || record < ATTUNE_RECORDS_AT ||
        (record - ATTUNE_RECORDS_AT) % record_bytes != 0) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    found->count = count;
    found->first_tensor = (record - ATTUNE_RECORDS_AT) / record_bytes + 1;
    for (int32_t i = 0; i < count; i++) {
        if (record > INT32_MAX - record_bytes * (i + 1)) {
            return ATTUNE_ERROR_MODEL;
        }
        int32_t status = attune_record_find(memory, record + i * record_bytes, &found->records[i]);
        if (status != ATTUNE_OK) {
            return status;
        }
        found->rules[i] = attune_operator_find(found->records[i]);
        if (!layer_allowed(found->records[i], found->rules[i]) || !shapes_kept(found, i)) {
            return ATTUNE_ERROR_MODE;
        }
        found->runs[i] = 1;
    }
    return ATTUNE_OK;
}

/* Leaves out the layers whose output the last one does not depend on. */
static void keep_contributing(layer_chain *chain) {
    for (int32_t i = 0; i < chain->count; i++) {
        chain->runs[i] = i == chain->count - 1;
    }
    for (int32_t i = chain->count - 1; i > 0; i--) {
        for (int32_t input = 0; chain->runs[i] && input < 2; input++) {
            int32_t source = source_of(chain, i, input);
            if (source >= 0) {
                chain->runs[source] = 1;
            }
        }
    }
}

/* Lines that each layer has to have for layer `root` to have `lines`, given what they have. */
static void targets_find(const layer_chain *chain, const int32_t *progress, int32_t root, int32_t lines,
                         int32_t *targets) {
    for (int32_t i = 0; i < chain->count; i++) {
        targets[i] = progress[i];
    }
    targets[root] = lines;
    for (int32_t i = root; i > 0; i--) {
        for (int32_t input = 0; targets[i] > progress[i] && input < 2; input++) {
            int32_t source = source_of(chain, i, input);
            int32_t low, high;
            lines_needed(chain, i, targets[i] - 1, &low, &high);
            if (source >= 0 && targets[source] < high) {
                targets[source] = high;
            }
        }
    }
}

/* Lines that a layer's buffer holds in a round: from the first that a consumer needs for its next line to the newest.
 */
static int32_t lines_held(const layer_chain *chain, const int32_t *progress, const int32_t *targets, int32_t layer) {
    int32_t oldest = targets[layer];
    for (int32_t i = layer + 1; i < chain->count; i++) {
        for (int32_t input = 0; chain->runs[i] && input < 2; input++) {
            if (source_of(chain, i, input) == layer && progress[i] < chain->records[i][ATTUNE_OUTPUT_N + 1]) {
                int32_t low, high;
                lines_needed(chain, i, progress[i], &low, &high);
                oldest = low < oldest ? low : oldest;
            }
        }
    }
    return targets[layer] - oldest;
}

int32_t attune_chain_check(int32_t arena, int32_t record, int32_t count) {
    const attune_memory *memory = attune_memory_find(arena);
    layer_chain chain;
    if (memory == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    int32_t status = chain_find(memory, record, count, &chain);
    return status == ATTUNE_OK ? 1 : status == ATTUNE_ERROR_MODE ? 0 : status;
}

int32_t attune_chain_lines(int32_t arena, int32_t record, int32_t count, int32_t layer) {
    const attune_memory *memory = attune_memory_find(arena);
    layer_chain chain;
    if (memory == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    int32_t status = chain_find(memory, record, count, &chain);
    if (status != ATTUNE_OK) {
        return status;
    }
    if (layer < 0 || layer >= count) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    if (layer == count - 1) {
        return chain.records[layer][ATTUNE_OUTPUT_N + 1];
    }
    int32_t progress[ATTUNE_CHAIN_LAYERS] = {0};
    int32_t targets[ATTUNE_CHAIN_LAYERS];
    int32_t most = 1;
    for (int32_t root = count - 1; root >= 0; root--) {
        while (progress[root] < chain.records[root][ATTUNE_OUTPUT_N + 1]) {
            targets_find(&chain, progress, root, progress[root] + 1, targets);
            int32_t held = lines_held(&chain, progress, targets, layer);
            most = held > most ? held : most;
            for (int32_t i = 0; i < count; i++) {
                progress[i] = targets[i];
            }
        }
    }
    return most;
}

/* --- Running ------------------------------------------------------------------------------------------------------ */

/* A checked run of a chain. */
typedef struct chain_run {
    layer_chain chain;
    const int32_t *bound; /* words of the bindings, one after the other */
    attune_call calls[ATTUNE_CHAIN_LAYERS];
    int32_t lines; /* wanted of the last layer */
    int32_t mode;
    int32_t probed;
} chain_run;

/* Whether the buffers of layer i, where it writes, lie apart from those of layer j, but for the tensor that j reads
 * from i, which must be the same buffer, and for scratch, which all layers share. */
static int buffers_fit(const chain_run *run, int32_t i, int32_t j) {
    attune_range ours[ATTUNE_CALL_RANGES];
    attune_range theirs[ATTUNE_CALL_RANGES];
    const layer_chain *chain = &run->chain;
    attune_call_ranges(chain->records[i], run->bound + i * ATTUNE_BINDING_WORDS, run->calls[i].mode, ours);
    attune_call_ranges(chain->records[j], run->bound + j * ATTUNE_BINDING_WORDS, run->calls[j].mode, theirs);
    for (int32_t a = ATTUNE_CALL_OUTPUT; a <= ATTUNE_CALL_STATISTICS; a++) {
        for (int32_t b = 0; b < ATTUNE_CALL_RANGES; b++) {
            int input = b == ATTUNE_CALL_INPUT || b == ATTUNE_CALL_INPUT2;
            if (a == ATTUNE_CALL_SCRATCH && b == ATTUNE_CALL_SCRATCH) {
                continue;
            }
            if (a == ATTUNE_CALL_OUTPUT && input && source_of(chain, j, b == ATTUNE_CALL_INPUT ? 0 : 1) == i) {
                if (ours[a].offset != theirs[b].offset || ours[a].bytes != theirs[b].bytes) {
                    return 0;
                }
            } else if (!attune_ranges_apart(&ours[a], &theirs[b])) {
                return 0;
            }
        }
    }
    return 1;
}

static int32_t layer_mode(const chain_run *run, int32_t layer) {
    const int32_t *bound = run->bound + layer * ATTUNE_BINDING_WORDS;
    int32_t measured = attune_record_has_weights(run->chain.records[layer]) && bound[ATTUNE_BIND_STATISTICS] != -1;
    int32_t statistics = measured ? run->mode & ATTUNE_RUN_STATISTICS : 0;
    int32_t mask = bound[ATTUNE_BIND_STATISTICS] != -1 ? run->mode & ATTUNE_RUN_MASK : 0;
    int32_t all = ATTUNE_RUN_STATISTICS | ATTUNE_RUN_MASK;
    return (layer == run->probed ? run->mode & ~all : 0) | statistics | mask;
}

static int32_t calls_find(const attune_memory *memory, int32_t record, int32_t binding, chain_run *run) {
    int32_t count = run->chain.count;
    for (int32_t i = 0; i < count; i++) {
        int32_t status = attune_call_find(memory, record + i * ATTUNE_RECORD_WORDS * 4,
                                          binding + i * ATTUNE_BINDING_WORDS * 4, layer_mode(run, i), &run->calls[i]);
        if (status != ATTUNE_OK) {
            return status;
        }
    }
    for (int32_t i = 0; i < count; i++) {
        for (int32_t j = 0; j < count; j++) {
            if (i != j && !buffers_fit(run, i, j)) {
                return ATTUNE_ERROR_ARGUMENT;
            }
        }
    }
    return ATTUNE_OK;
}

/* What a round does: brings every layer from its progress to its target. */
typedef int32_t (*round_function)(chain_run *run, const int32_t *progress, const int32_t *targets);

/* ATTUNE_ERROR_ARGUMENT if a buffer holds too few lines for the round. */
static int32_t round_check(chain_run *run, const int32_t *progress, const int32_t *targets) {
    for (int32_t i = 0; i < run->chain.count; i++) {
        if (targets[i] > run->chain.records[i][ATTUNE_OUTPUT_N + 1] ||
            lines_held(&run->chain, progress, targets, i) > run->calls[i].output_ring) {
            return ATTUNE_ERROR_ARGUMENT;
        }
    }
    return ATTUNE_OK;
}

static int32_t round_run(chain_run *run, const int32_t *progress, const int32_t *targets) {
    for (int32_t i = 0; i < run->chain.count; i++) {
        attune_call *call = &run->calls[i];
        call->line_first = progress[i];
        call->line_count = targets[i] - progress[i];
        if (call->line_count > 0) {
            attune_call_run(call);
        }
    }
    return ATTUNE_OK;
}

/* Rounds until layer `root` has so many lines. */
static int32_t rounds_do(chain_run *run, round_function round, int32_t root, int32_t lines, int32_t *progress) {
    int32_t targets[ATTUNE_CHAIN_LAYERS];
    while (progress[root] < lines) {
        targets_find(&run->chain, progress, root, progress[root] + 1, targets);
        int32_t status = round(run, progress, targets);
        if (status != ATTUNE_OK) {
            return status;
        }
        memcpy(progress, targets, (size_t)run->chain.count * sizeof *progress);
    }
    return ATTUNE_OK;
}

/* All rounds of the run. */
static int32_t all_rounds_do(chain_run *run, round_function round, int32_t *progress) {
    int32_t last = run->chain.count - 1;
    int32_t status = rounds_do(run, round, last, run->lines, progress);
    if (run->lines < run->chain.records[last][ATTUNE_OUTPUT_N + 1] || !(run->mode & ATTUNE_RUN_STATISTICS)) {
        return status;
    }
    /* Statistics are those of whole tensors: lines that nothing reads belong to them. */
    for (int32_t root = last - 1; status == ATTUNE_OK && root >= 0; root--) {
        status = rounds_do(run, round, root, run->chain.records[root][ATTUNE_OUTPUT_N + 1], progress);
    }
    return status;
}

/* Checks everything but the records: the arguments, the bindings, the progress so far and the lines of the buffers. */
static int32_t run_find(const attune_memory *memory, int32_t record, int32_t binding, int32_t progress, chain_run *run,
                        int32_t *done) {
    int32_t count = run->chain.count;
    if (run->mode & ATTUNE_RUN_ACCUMULATORS) {
        return ATTUNE_ERROR_MODE;
    }
    if (run->probed < -1 || run->probed >= count || run->lines < 0) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    int32_t status = attune_arena_range(memory, binding, (int64_t)count * ATTUNE_BINDING_WORDS * 4, 4);
    if (status != ATTUNE_OK) {
        return status;
    }
    if (progress != -1) {
        status = attune_arena_range(memory, progress, (int64_t)count * 4, 4);
        if (status != ATTUNE_OK) {
            return status;
        }
        memcpy(done, memory->arena + progress, (size_t)count * sizeof *done);
    }
    run->bound = (const int32_t *)(const void *)(memory->arena + binding);
    status = calls_find(memory, record, binding, run);
    if (status != ATTUNE_OK) {
        return status;
    }
    for (int32_t i = 0; i < count; i++) {
        if (done[i] < 0 || done[i] > run->chain.records[i][ATTUNE_OUTPUT_N + 1]) {
            return ATTUNE_ERROR_ARGUMENT;
        }
    }
    int32_t rehearsed[ATTUNE_CHAIN_LAYERS];
    memcpy(rehearsed, done, (size_t)count * sizeof *done);
    return all_rounds_do(run, round_check, rehearsed);
}

int32_t attune_chain_run(int32_t arena, int32_t record, int32_t binding, int32_t count, int32_t lines, int32_t progress,
                         int32_t probed, int32_t mode, uint32_t seed_low, uint32_t seed_high) {
    attune_memory *memory = attune_memory_find(arena);
    if (memory == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    chain_run run = {.lines = lines, .mode = mode, .probed = probed};
    int32_t done[ATTUNE_CHAIN_LAYERS] = {0};
    int32_t status = chain_find(memory, record, count, &run.chain);
    if (status != ATTUNE_OK) {
        return status;
    }
    if (!(mode & ATTUNE_RUN_STATISTICS)) {
        keep_contributing(&run.chain);
    }
    for (int32_t i = 0; i < count; i++) {
        run.calls[i].seed_low = seed_low;
        run.calls[i].seed_high = seed_high;
    }
    status = run_find(memory, record, binding, progress, &run, done);
    if (status != ATTUNE_OK) {
        return status;
    }
    for (int32_t i = 0; i < count; i++) {
        attune_call_touch(memory, binding + i * ATTUNE_BINDING_WORDS * 4, &run.calls[i]);
    }
    all_rounds_do(&run, round_run, done);
    if (progress != -1) {
        attune_touch(memory, progress, (int64_t)count * 4);
        memcpy(memory->arena + progress, done, (size_t)count * sizeof *done);
    }
    return ATTUNE_OK;
}
