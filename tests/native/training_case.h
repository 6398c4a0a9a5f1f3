/* A random layer with weights in an arena that has room for what training adds. */
#ifndef ATTUNE_TRAINING_CASE_H
#define ATTUNE_TRAINING_CASE_H

#include "core/parameters.h"
#include "core/signs.h"
#include "layer_case.h"

enum { TRAINING_ARENA_BYTES = 4 << 20 };

typedef struct training_case {
    layer_case layer;  /* its record and binding are what the model and the arena hold */
    int32_t arena;     /* handle */
    uint8_t *bytes;    /* the arena's own memory */
    uint8_t *expected; /* TRAINING_ARENA_BYTES, for training_expect */
    int32_t used;
    int32_t channels;
    int32_t positions;
    int32_t filter_size;
} training_case;

/* A random layer of this operator. It has weight scales, source statistics, input and output scales. */
void training_open(training_case *test, int32_t operation);
/* The same with a FULLY_CONNECTED layer of one row. */
void training_open_classifier(training_case *test);
void training_close(training_case *test);

/* One of the three operators with weights. */
int32_t training_operation(void);

/* A place for so many bytes, 8-byte aligned, filled with random floats between -1 and 1. */
int32_t training_place(training_case *test, int64_t bytes);

/* Changes a word of the binding. */
void training_bind(training_case *test, int word, int32_t offset);
/* Changes a word of the record. */
void training_record(training_case *test, int word, int32_t value);

/* Copies the arena as far as it is used; the test then makes the changes it expects in the copy. */
void training_expect(training_case *test);
/* Counts a failed check if the arena differs from the copy. */
void training_compare(const training_case *test, const char *what);

/* The parameter in force, from its definition. */
double training_multiplier(const training_case *test, int32_t channel);
int32_t training_bias_step(const training_case *test, int32_t channel);
/* Number of a weight of a channel. */
int32_t training_element(const training_case *test, int32_t channel, int32_t k);
/* Place of a weight in the gradient tile of filters first .. first + count - 1. */
int32_t training_tile_index(const training_case *test, int32_t first, int32_t count, int32_t channel, int32_t k);

float random_float(float low, float high);

/* A pointer into the arena or its expected copy. */
#define AT(type, memory, offset) ((type *)(void *)((memory) + (offset)))

#endif
