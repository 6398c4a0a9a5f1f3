#include "channels.h"
#include "scratch.h"

/* Scratch for as many groups of filters as fit; one group at least. */
#define PREFERRED_SCRATCH 4096
/* Scratch of the kernels of src/arm is at most this, or that of one group. */
#define LARGEST_SCRATCH 8192

int32_t attune_conv_2d_stride(const int32_t *record) {
    return (attune_record_filter_size(record) + ATTUNE_CONV_VECTOR - 1) / ATTUNE_CONV_VECTOR * ATTUNE_CONV_VECTOR;
}

int32_t attune_conv_2d_tile(const int32_t *record) {
    int32_t channels = attune_record_channels(record) / record[ATTUNE_GROUPS];
    int32_t needed = (channels + ATTUNE_CONV_GROUP - 1) / ATTUNE_CONV_GROUP * ATTUNE_CONV_GROUP;
    int32_t fit = PREFERRED_SCRATCH / (attune_conv_2d_stride(record) * 2) / ATTUNE_CONV_GROUP * ATTUNE_CONV_GROUP;
    fit = attune_clamp(fit, ATTUNE_CONV_GROUP, ATTUNE_CHANNEL_BLOCK);
    return needed < fit ? needed : fit;
}

/* What src/arm keeps in scratch: two columns of int16 pairs, and groups of four filters with 16 words of parameters
 * each. */
static int32_t dsp_scratch(const int32_t *record) {
    int32_t channels = attune_record_channels(record) / record[ATTUNE_GROUPS];
    int32_t depth = record[ATTUNE_INPUT_N + 3] / record[ATTUNE_GROUPS];
    int together = record[ATTUNE_DILATION_W] == 1 && record[ATTUNE_GROUPS] == 1;
    int32_t taps = record[ATTUNE_KERNEL_H] * (together ? 1 : record[ATTUNE_KERNEL_W]);
    int32_t length = together ? record[ATTUNE_KERNEL_W] * depth : depth;
    int32_t pairs = taps * ((length + 1) / 2);
    int32_t columns = (pairs * 8 + 15) & ~15;
    int32_t group = (pairs + 4) * 16;
    int32_t fit = (LARGEST_SCRATCH - columns) / group;
    int32_t needed = (channels + ATTUNE_CONV_GROUP - 1) / ATTUNE_CONV_GROUP;
    fit = fit < 1 ? 1 : fit;
    return columns + (needed < fit ? needed : fit) * group;
}

int32_t attune_conv_2d_scratch(const int32_t *record) {
    int32_t portable = attune_conv_2d_tile(record) * attune_conv_2d_stride(record) * 2;
    int32_t dsp = dsp_scratch(record);
    return portable > dsp ? portable : dsp;
}
