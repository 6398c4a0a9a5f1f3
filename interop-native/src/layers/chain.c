/* Layers that run together, line after line.
 *
 * A round asks for one more line of the last layer. From last to first, every layer's target follows from what its
 * consumers need next; from first to last, every layer then computes its lines up to the target. A buffer therefore
 * holds the lines from the first one that any consumer still needs to the newest. Statistics also take in the lines
 * that nothing reads: rounds for the layers before the last complete them. */
#include "layer.h"

#include <stddef.h>

typedef struct layer_chain {
    const int32_t *records[ATTUNE_CHAIN_LAYERS];
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

/* Input lines low .. high - 1 that an output line needs. */
static void lines_needed(const int32_t *record, int32_t line, int32_t *low, int32_t *high) {
    int32_t height = record[ATTUNE_INPUT_N + 1];
    int32_t begin = line;
    int32_t extent = 1;
    switch (record[ATTUNE_OPERATOR]) {
    case ATTUNE_CONV_2D:
    case ATTUNE_DEPTHWISE_CONV_2D:
        begin = line * record[ATTUNE_STRIDE_H] - record[ATTUNE_PAD_TOP];
        extent = (record[ATTUNE_KERNEL_H] - 1) * record[ATTUNE_DILATION_H] + 1;
        break;
    case ATTUNE_AVERAGE_POOL_2D:
    case ATTUNE_MAX_POOL_2D:
        begin = line * record[ATTUNE_STRIDE_H] - record[ATTUNE_PAD_TOP];
        extent = record[ATTUNE_KERNEL_H];
        break;
    case ATTUNE_UPSAMPLE: {
        int32_t factor = record[ATTUNE_OUTPUT_N + 1] / height;
        begin = line / factor - (2 * (line % factor) + 1 < factor ? 1 : 0);
        extent = 2;
        break;
    }
    case ATTUNE_MEDIAN_2D:
        begin = line - 1;
        extent = 3;
        break;
    default:
        break;
    }
    *low = attune_clamp(begin, 0, height);
    *high = attune_clamp(begin + extent, 0, height);
}

static int equal_shapes(const int32_t *record) {
    for (int axis = 0; axis < 4; axis++) {
        if (record[ATTUNE_INPUT_N + axis] != record[ATTUNE_OUTPUT_N + axis] ||
            record[ATTUNE_INPUT2_N + axis] != record[ATTUNE_OUTPUT_N + axis]) {
            return 0;
        }
    }
    return 1;
}

static int layer_allowed(const int32_t *record) {
    switch (record[ATTUNE_OPERATOR]) {
    case ATTUNE_CONV_2D:
    case ATTUNE_DEPTHWISE_CONV_2D:
    case ATTUNE_UPSAMPLE:
    case ATTUNE_REQUANTIZE:
    case ATTUNE_AVERAGE_POOL_2D:
    case ATTUNE_MAX_POOL_2D:
    case ATTUNE_MEDIAN_2D:
        return record[ATTUNE_OUTPUT_N] == 1;
    case ATTUNE_ADD:
    case ATTUNE_MUL:
        return record[ATTUNE_OUTPUT_N] == 1 && equal_shapes(record);
    default:
        return 0;
    }
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
        if (!layer_allowed(found->records[i]) || !shapes_kept(found, i)) {
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
            lines_needed(chain->records[i], targets[i] - 1, &low, &high);
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
                lines_needed(chain->records[i], progress[i], &low, &high);
                oldest = low < oldest ? low : oldest;
            }
        }
    }
    return targets[layer] - oldest;
}

int32_t attune_chain_check(int32_t arena, int32_t record, int32_t count) {
    const attune_memory *memory = attune_memory_find(arena);
    layer_chain chain;
    int32_t status = memory == NULL ? ATTUNE_ERROR_HANDLE : chain_find(memory, record, count, &chain);
    return status == ATTUNE_OK ? 1 : status == ATTUNE_ERROR_MODE ? 0 : status;
}

int32_t attune_chain_lines(int32_t arena, int32_t record, int32_t count, int32_t layer) {
    const attune_memory *memory = attune_memory_find(arena);
    layer_chain chain;
    int32_t status = memory == NULL ? ATTUNE_ERROR_HANDLE : chain_find(memory, record, count, &chain);
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

/* Whether the buffers of layer i, where it writes, lie apart from those of layer j, but for the tensor that j reads
 * from i, which must be the same buffer, and for scratch, which all layers share. */
static int buffers_fit(attune_memory *memory, const layer_chain *chain, int32_t binding, const attune_call *calls,
                       int32_t i, int32_t j) {
    attune_call_range ours[ATTUNE_CALL_RANGES];
    attune_call_range theirs[ATTUNE_CALL_RANGES];
    const int32_t *bound = (const int32_t *)(const void *)(memory->arena + binding);
    attune_call_ranges(chain->records[i], bound + i * ATTUNE_BINDING_WORDS, calls[i].mode, ours);
    attune_call_ranges(chain->records[j], bound + j * ATTUNE_BINDING_WORDS, calls[j].mode, theirs);
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

static int32_t layer_mode(const attune_memory *memory, const layer_chain *chain, int32_t binding, int32_t layer,
                          int32_t probed, int32_t mode) {
    const int32_t *bound = (const int32_t *)(const void *)(memory->arena + binding) + layer * ATTUNE_BINDING_WORDS;
    int32_t measured = attune_record_has_weights(chain->records[layer]) && bound[ATTUNE_BIND_STATISTICS] != -1;
    int32_t statistics = measured ? mode & ATTUNE_RUN_STATISTICS : 0;
    return (layer == probed ? mode & ~ATTUNE_RUN_STATISTICS : 0) | statistics;
}

/* One round, for one more line of layer `root`: every layer up to its target. */
static int32_t run_round(const layer_chain *chain, attune_call *calls, int32_t *progress, int32_t root) {
    int32_t targets[ATTUNE_CHAIN_LAYERS];
    targets_find(chain, progress, root, progress[root] + 1, targets);
    for (int32_t i = 0; i < chain->count; i++) {
        if (targets[i] > chain->records[i][ATTUNE_OUTPUT_N + 1] ||
            lines_held(chain, progress, targets, i) > calls[i].output_ring) {
            return ATTUNE_ERROR_ARGUMENT;
        }
    }
    for (int32_t i = 0; i < chain->count; i++) {
        calls[i].line_first = progress[i];
        calls[i].line_count = targets[i] - progress[i];
        if (calls[i].line_count > 0) {
            attune_call_run(&calls[i]);
        }
        progress[i] = targets[i];
    }
    return ATTUNE_OK;
}

static int32_t calls_find(attune_memory *memory, const layer_chain *chain, int32_t record, int32_t binding,
                          int32_t probed, int32_t mode, attune_call *calls) {
    for (int32_t i = 0; i < chain->count; i++) {
        int32_t status =
            attune_call_find(memory, record + i * ATTUNE_RECORD_WORDS * 4, binding + i * ATTUNE_BINDING_WORDS * 4,
                             layer_mode(memory, chain, binding, i, probed, mode), &calls[i]);
        if (status != ATTUNE_OK) {
            return status;
        }
    }
    for (int32_t i = 0; i < chain->count; i++) {
        for (int32_t j = 0; j < chain->count; j++) {
            if (i != j && !buffers_fit(memory, chain, binding, calls, i, j)) {
                return ATTUNE_ERROR_ARGUMENT;
            }
        }
    }
    return ATTUNE_OK;
}

int32_t attune_chain_run(int32_t arena, int32_t record, int32_t binding, int32_t count, int32_t lines, int32_t progress,
                         int32_t probed, int32_t mode, uint32_t seed_low, uint32_t seed_high) {
    attune_memory *memory = attune_memory_find(arena);
    layer_chain chain;
    int32_t status = memory == NULL ? ATTUNE_ERROR_HANDLE : chain_find(memory, record, count, &chain);
    if (status == ATTUNE_OK && mode & ATTUNE_RUN_ACCUMULATORS) {
        status = ATTUNE_ERROR_MODE;
    }
    if (status == ATTUNE_OK && (probed < -1 || probed >= count || lines < 0)) {
        status = ATTUNE_ERROR_ARGUMENT;
    }
    if (status == ATTUNE_OK) {
        status = attune_arena_range(memory, binding, (int64_t)count * ATTUNE_BINDING_WORDS * 4, 4);
    }
    if (status == ATTUNE_OK && progress != -1) {
        status = attune_arena_range(memory, progress, (int64_t)count * 4, 4);
    }
    if (status != ATTUNE_OK) {
        return status;
    }
    if (!(mode & ATTUNE_RUN_STATISTICS)) {
        keep_contributing(&chain);
    }
    attune_call calls[ATTUNE_CHAIN_LAYERS] = {{.seed_low = seed_low, .seed_high = seed_high}};
    for (int32_t i = 0; i < count; i++) {
        calls[i].seed_low = seed_low;
        calls[i].seed_high = seed_high;
    }
    status = calls_find(memory, &chain, record, binding, probed, mode, calls);
    int32_t done[ATTUNE_CHAIN_LAYERS] = {0};
    int32_t *stored = progress == -1 ? NULL : (int32_t *)(void *)(memory->arena + progress);
    if (stored != NULL) {
        attune_touch(memory, progress, (int64_t)count * 4);
    }
    for (int32_t i = 0; status == ATTUNE_OK && stored != NULL && i < count; i++) {
        done[i] = stored[i];
        status = done[i] >= 0 && done[i] <= chain.records[i][ATTUNE_OUTPUT_N + 1] ? ATTUNE_OK : ATTUNE_ERROR_ARGUMENT;
    }
    while (status == ATTUNE_OK && done[count - 1] < lines) {
        status = run_round(&chain, calls, done, count - 1);
    }
    /* Statistics are those of whole tensors: lines that nothing reads belong to them. */
    int32_t complete = lines == chain.records[count - 1][ATTUNE_OUTPUT_N + 1] && mode & ATTUNE_RUN_STATISTICS;
    for (int32_t root = count - 2; complete && root >= 0; root--) {
        while (status == ATTUNE_OK && done[root] < chain.records[root][ATTUNE_OUTPUT_N + 1]) {
            status = run_round(&chain, calls, done, root);
        }
    }
    for (int32_t i = 0; status == ATTUNE_OK && stored != NULL && i < count; i++) {
        stored[i] = done[i];
    }
    return status;
}
