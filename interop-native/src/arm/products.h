/* The products of two columns with groups of four filters. */
#ifndef ATTUNE_DSP_PRODUCTS_H
#define ATTUNE_DSP_PRODUCTS_H

#include "dsp.h"

/* Filters of a group. */
#define DSP_GROUP 4

/* A stream of groups of four filters, in the order in which they are read: four starting values of accumulators;
 * `pairs` times four words with two weights each; four dsp_output. */
#define DSP_STREAM_WORDS(pairs) (4 + 4 * (pairs) + 12)

/* How four channels with one multiplier and no shift become errors; the rest of a group's place is free. */
typedef struct dsp_even_outputs {
    int32_t multiplier;
    int32_t carries[DSP_GROUP];
} dsp_even_outputs;

/* Field offsets are known to the assembly. */
typedef struct dsp_products {
    const uint32_t *stream;
    const uint32_t *column; /* `pairs` times two words: two values of the first column, two of the second */
    const uint32_t *column_end;
    int32_t pairs;
    void *output; /* of the first column, then every group's after the one before */
    int32_t step; /* bytes from the first column's outputs to the second's; 0: one column, twice */
    const uint32_t *stream_end;
    const uint32_t *signs; /* for nodes: of each group, four bytes of the first column, four of the second */
} dsp_products;

/* Filters hold twice the weights, and starting values are twice the biases. The outputs are int8. */
void attune_dsp_products_linear(const dsp_products *products);
void attune_dsp_products_relu(const dsp_products *products);
void attune_dsp_products_nodes(const dsp_products *products);
/* Two columns, whose errors follow each other; the stream's carries change. */
void attune_dsp_products_errors(const dsp_products *products);
/* The same where weights are shifted too, and a dsp_even_outputs takes the place of four dsp_output. */
void attune_dsp_products_errors_even(const dsp_products *products);
/* The same struct, with a stream of `pairs` times four words a group and a column of one pair every 16 bytes. The
 * products are added to the int32 outputs, four a group. */
void attune_dsp_products_add(const dsp_products *products);
/* The outputs are the int32 accumulators themselves. */
void attune_dsp_products_accumulators(const dsp_products *products);

#endif
