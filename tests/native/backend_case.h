/* Random layers for all backends. Arrays that are read end before a page that may not be read, or are allocated to the
 * byte for the address sanitizer; after those that are written, guards must stay. */
#ifndef ATTUNE_BACKEND_CASE_H
#define ATTUNE_BACKEND_CASE_H

#include "core/call.h"

typedef struct backend_case {
    int32_t record[ATTUNE_RECORD_WORDS];
    attune_call call; /* the whole layer, as the portable kernel takes it */
    int8_t *input;
    int8_t *input2;
    int8_t *weights;
    int32_t *bias;
    int32_t *multipliers;
    int32_t *shifts;
    float *rescale;
    uint8_t *scratch;
    int32_t scratch_bytes;
    uint8_t *output; /* of the portable kernel */
    int64_t *sums;
    int64_t output_bytes;
} backend_case;

/* Largest size of images. */
extern int32_t backend_largest_height;
extern int32_t backend_largest_width;

/* New random bytes for the arrays that follow. */
void backend_pools_fill(void);
void backend_places_open(void);

/* Places of arrays; each serves one at a time. */
enum {
    BACKEND_PLACE_INPUT,
    BACKEND_PLACE_INPUT2,
    BACKEND_PLACE_WEIGHTS,
    BACKEND_PLACE_RING,
    BACKEND_PLACE_RING2,
    BACKEND_PLACES
};
void *backend_array_random(int place, int64_t bytes);
void backend_array_close(int place, void *array);

void *backend_written_open(int64_t bytes);
void backend_written_close(void *array, int64_t bytes);

/* Random bytes, in long pieces. */
void backend_bytes_random(uint8_t *bytes, int64_t count);

/* A random layer of this operator. */
void backend_case_create(backend_case *test, int32_t operation);
void backend_case_free(backend_case *test);

#endif
