/* A model that lies in memory with a place for every tensor, as the files of cases give it. */
#ifndef ATTUNE_BENCH_NETWORK_H
#define ATTUNE_BENCH_NETWORK_H

#include <stdint.h>

typedef struct network {
    int32_t arena; /* handle */
    int32_t layers;
    int32_t scratch;
    int32_t *places; /* arena offset of each tensor */
    int32_t *bytes;  /* of each tensor */
} network;

typedef struct network_reader {
    int32_t file;
    int32_t cases;
    int good; /* nothing was missing so far */
} network_reader;

/* The next case of the file: which layers to run, and how many tensors are given and expected. */
typedef struct network_case {
    char name[64];
    int32_t model_bytes; /* 0: the model of the case before */
    int32_t first;
    int32_t end;
    int32_t inputs;
    int32_t checks;
} network_case;

network_reader network_open(const char *path);
/* Reads a case up to its inputs, which are written into the arena. */
int network_read(network_reader *reader, network *net, network_case *one);
/* Compares the next expected tensor; returns the number of values that differ, or -1 at a damaged file. */
int32_t network_check(network_reader *reader, const network *net);
int network_run(const network *net, int32_t layer, int32_t mode);
const uint8_t *network_tensor(const network *net, int32_t tensor);
const int32_t *network_record(const network *net, int32_t layer);

#endif
