#include "error_use.h"

#include "../core/simd.h"
#include "../layers/backend.h"

#include <stddef.h>

ATTUNE_VECTOR
static void use_add(const int8_t *error, int32_t count, attune_error_use *use) {
    int8_t low = 0;
    int8_t high = 0;
    int32_t saturated = 0;
    int32_t sum = 0;
    for (int32_t i = 0; i < count; i++) {
        low = error[i] < low ? error[i] : low;
        high = error[i] > high ? error[i] : high;
        sum += error[i] < 0 ? -error[i] : error[i];
        saturated += error[i] == 127 || error[i] <= -127;
    }
    int32_t largest = high > -low ? high : -low;
    use->largest = largest > use->largest ? largest : use->largest;
    use->saturated += saturated;
    use->sum += sum;
}

void attune_error_use_add(const int8_t *error, int32_t count, attune_error_use *use) {
    const attune_error_twins *twins = attune_backend_errors();
    int32_t done = twins == NULL ? 0 : twins->use(error, count, use);
    if (done < count) {
        use_add(error + done, count - done, use);
    }
}

ATTUNE_VECTOR
static int32_t largest_of(const int8_t *values, int32_t count) {
    int8_t low = 0;
    int8_t high = 0;
    for (int32_t i = 0; i < count; i++) {
        low = values[i] < low ? values[i] : low;
        high = values[i] > high ? values[i] : high;
    }
    return high > -low ? high : -low;
}

int32_t attune_error_largest(const int8_t *values, int32_t count) {
    const attune_error_twins *twins = attune_backend_errors();
    int32_t largest = 0;
    int32_t done = twins == NULL ? 0 : twins->largest(values, count, &largest);
    int32_t rest = done < count ? largest_of(values + done, count - done) : 0;
    return rest > largest ? rest : largest;
}
