#include "network.h"

#include "bench.h"
#include "memory/memory.h"
#include "semihosting.h"

#include <stdlib.h>
#include <string.h>

#define MAGIC 0x43545441 /* "ATTC" */
#define HEADER_BYTES 128
#define RECORD_BYTES (ATTUNE_RECORD_WORDS * 4)

static void reader_get(network_reader *reader, void *data, int32_t bytes) {
    if (reader->good && bytes > 0 && !semihosting_read(reader->file, data, bytes)) {
        reader->good = 0;
    }
}

static int32_t reader_word(network_reader *reader) {
    int32_t word = 0;
    reader_get(reader, &word, sizeof word);
    return word;
}

network_reader network_open(const char *path) {
    network_reader reader = {semihosting_open(path), 0, 1};
    reader.good = reader.file >= 0;
    if (reader_word(&reader) != MAGIC) {
        reader.good = 0;
    }
    reader.cases = reader_word(&reader);
    if (!reader.good) {
        bench_print("%s cannot be read\n", path);
    }
    return reader;
}

static int32_t elements(const int32_t *shape) {
    return shape[0] * shape[1] * shape[2] * shape[3];
}

const int32_t *network_record(const network *net, int32_t layer) {
    return (const int32_t *)(const void *)(attune_memory_find(net->arena)->model + HEADER_BYTES + layer * RECORD_BYTES);
}

const uint8_t *network_tensor(const network *net, int32_t tensor) {
    return attune_memory_find(net->arena)->arena + net->places[tensor];
}

static void model_close(network *net) {
    if (net->places != NULL) {
        attune_arena_close(net->arena);
        free(net->places);
        free(net->bytes);
    }
    memset(net, 0, sizeof *net);
}

/* Reads a model into the arena's model region and gives every tensor a place. */
static void model_read(network_reader *reader, network *net, int32_t bytes) {
    model_close(net);
    uint8_t *model = malloc((size_t)bytes);
    if (model == NULL) {
        reader->good = 0;
        return;
    }
    reader_get(reader, model, bytes);
    const int32_t *header = (const int32_t *)(const void *)model;
    net->layers = reader->good ? header[4] : 0;
    net->places = malloc((size_t)(net->layers + 1) * 4);
    net->bytes = malloc((size_t)(net->layers + 1) * 4);
    int32_t at = ATTUNE_BINDING_WORDS * 4;
    for (int32_t tensor = 0; tensor <= net->layers; tensor++) {
        const int32_t *record = header + 32 + (tensor - 1) * ATTUNE_RECORD_WORDS;
        net->bytes[tensor] = elements(tensor == 0 ? header + 5 : record + ATTUNE_OUTPUT_N);
        net->places[tensor] = at;
        at = (at + net->bytes[tensor] + 15) & ~15;
    }
    net->scratch = at;
    net->arena = attune_arena_open(at + 65536);
    if (attune_model_open(net->arena, bytes) != ATTUNE_OK ||
        attune_model_write(net->arena, 0, model, 0, bytes) != ATTUNE_OK) {
        reader->good = 0;
    }
    free(model);
}

int network_read(network_reader *reader, network *net, network_case *one) {
    reader_get(reader, one, sizeof *one);
    if (reader->good && one->model_bytes > 0) {
        model_read(reader, net, one->model_bytes);
    }
    for (int32_t i = 0; i < one->inputs && reader->good; i++) {
        int32_t tensor = reader_word(reader);
        int32_t bytes = reader_word(reader);
        if (!reader->good || tensor < 0 || tensor > net->layers || bytes != net->bytes[tensor]) {
            reader->good = 0;
            break;
        }
        reader_get(reader, attune_memory_find(net->arena)->arena + net->places[tensor], bytes);
    }
    return reader->good;
}

int32_t network_check(network_reader *reader, const network *net) {
    int32_t tensor = reader_word(reader);
    int32_t bytes = reader_word(reader);
    if (!reader->good || tensor < 0 || tensor > net->layers || bytes != net->bytes[tensor]) {
        reader->good = 0;
        return -1;
    }
    const uint8_t *actual = network_tensor(net, tensor);
    int32_t differing = 0;
    uint8_t expected[256];
    for (int32_t done = 0; done < bytes && reader->good;) {
        int32_t part = bytes - done < (int32_t)sizeof expected ? bytes - done : (int32_t)sizeof expected;
        reader_get(reader, expected, part);
        for (int32_t i = 0; i < part; i++) {
            differing += expected[i] != actual[done + i];
        }
        done += part;
    }
    return reader->good ? differing : -1;
}

int network_run(const network *net, int32_t layer, int32_t mode) {
    const int32_t *record = network_record(net, layer);
    const int32_t second = record[ATTUNE_INPUT2];
    const int32_t binding[ATTUNE_BINDING_WORDS] = {net->places[record[ATTUNE_INPUT]],
                                                   second < 0 ? -1 : net->places[second],
                                                   net->places[layer + 1],
                                                   net->scratch,
                                                   -1,
                                                   -1,
                                                   -1,
                                                   -1,
                                                   0,
                                                   0,
                                                   0,
                                                   -1};
    attune_arena_write_words(net->arena, 0, binding, 0, ATTUNE_BINDING_WORDS);
    return attune_layer_run(net->arena, HEADER_BYTES + layer * RECORD_BYTES, 0, mode, 12345, 678) == ATTUNE_OK;
}
