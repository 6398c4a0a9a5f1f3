#include "channels.h"
#include "scratch.h"

/* Scratch is at most this, or that of one channel. */
#define LARGEST_SCRATCH 8192
/* Of which the kernels of src/arm give this to the columns of a line. */
#define LARGEST_LINE 2048

int32_t attune_depthwise_conv_2d_tile(const int32_t *record) {
    int32_t fit = LARGEST_SCRATCH / (attune_record_filter_size(record) * 2);
    fit = attune_clamp(fit, 1, ATTUNE_CHANNEL_BLOCK);
    return attune_record_channels(record) < fit ? attune_record_channels(record) : fit;
}

/* What src/arm keeps in scratch: a block of 16 bytes for each pair of input rows and each column of an output line, as
 * far as they fit, and four channels' weights in the same form for two lines, and tap by tap. */
static int32_t dsp_scratch(const int32_t *record) {
    int32_t pairs = (record[ATTUNE_KERNEL_H] + 1) / 2;
    int32_t kernel = record[ATTUNE_KERNEL_W];
    int32_t line = (record[ATTUNE_OUTPUT_N + 2] - 1) * record[ATTUNE_STRIDE_W] + kernel;
    int32_t columns = line < record[ATTUNE_INPUT_N + 2] + kernel ? line : record[ATTUNE_INPUT_N + 2] + kernel;
    int32_t fit = LARGEST_LINE / (pairs * 16);
    columns = columns < fit ? columns : fit;
    columns = columns > kernel ? columns : kernel;
    return (columns + 2 * kernel) * pairs * 16 + (attune_record_filter_size(record) * 8 + 15) / 16 * 16;
}

int32_t attune_depthwise_conv_2d_scratch(const int32_t *record) {
    int32_t portable = attune_depthwise_conv_2d_tile(record) * attune_record_filter_size(record) * 2;
    int32_t dsp = dsp_scratch(record);
    return portable > dsp ? portable : dsp;
}
