/* The generated stubs, called as nanoCLR calls them: through the method table, with managed arguments. */
#include "Attune_Kernels.h"

#include "attune.h"
extern "C" {
#include "check.h"
#include "flash.h"
}

#include <limits.h>
#include <string.h>

#if defined(ATTUNE_MODEL_ADDRESS)
#define REGION reinterpret_cast<void *>(ATTUNE_MODEL_ADDRESS)
#else
#define REGION attune_test_flash
#endif

typedef Library_Attune_Kernels_Attune_Kernels_Native methods;

static managed_value integer(int64_t value) {
    return {value, 0, NULL, 0};
}
static managed_value real(float value) {
    return {0, value, NULL, 0};
}
static managed_value array(void *data, unsigned int length) {
    return {0, 0, data, length};
}

static const int64_t NOTHING = INT64_MIN;

/* Calls a method; the result is NOTHING where an exception takes its place. */
template <class... Values> HRESULT call(CLR_RT_MethodHandler method, int64_t &result, Values... values) {
    const managed_value arguments[] = {values..., integer(0)};
    CLR_RT_StackFrame stack = {arguments, integer(NOTHING)};
    HRESULT hr = method(stack);
    result = stack.result.integer;
    return hr;
}

#define CHECK_CALL(expected, ...)                                                                                      \
    do {                                                                                                               \
        int64_t check_result;                                                                                          \
        CHECK_EQUAL(call(__VA_ARGS__), S_OK);                                                                          \
        CHECK_EQUAL(check_result, expected);                                                                           \
    } while (0)
#define METHOD(name) methods::name, check_result

static void table(void) {
    const CLR_RT_NativeAssemblyData &assembly = g_CLR_AssemblyNative_Attune_Kernels;
    const CLR_RT_MethodHandler *entries = static_cast<const CLR_RT_MethodHandler *>(assembly.methods);
    CHECK(strcmp(assembly.name, "Attune.Kernels") == 0);
    CHECK_EQUAL(assembly.version.major, ATTUNE_VERSION);
    CHECK(entries[0] == methods::Version___STATIC__I4);
    CHECK(entries[1] == methods::ArenaOpen___STATIC__I4__I4);
    CHECK_CALL(ATTUNE_VERSION, METHOD(Version___STATIC__I4));
}

static void numbers(void) {
    uint8_t text[] = "123456789";
    CHECK_CALL(0xCBF43926, METHOD(Crc32___STATIC__U4__SZARRAY_U1__I4__I4__U4), array(text, 9), integer(0), integer(9),
               integer(0));
    uint32_t half = attune_crc32(text, 0, 4, 0);
    CHECK_CALL(0xCBF43926, METHOD(Crc32___STATIC__U4__SZARRAY_U1__I4__I4__U4), array(text, 9), integer(4), integer(5),
               integer(half));
    CHECK_CALL(ATTUNE_ERROR_ARGUMENT, METHOD(ArenaOpen___STATIC__I4__I4), integer(-1));
    CHECK_CALL(0, METHOD(ArenaOpen___STATIC__I4__I4), integer(64));
    CHECK_CALL(ATTUNE_OK, METHOD(ArenaFill___STATIC__I4__I4__I4__I4__I4), integer(0), integer(0), integer(3),
               integer(5));
    /* Loss of three equal logits is log 3 whatever the scale; of 5, 5, -5 it depends on it. */
    CHECK_CALL(ATTUNE_OK, METHOD(ArenaFill___STATIC__I4__I4__I4__I4__I4), integer(0), integer(2), integer(1),
               integer(-5));
    CHECK_CALL(ATTUNE_OK, METHOD(LossS8___STATIC__I4__I4__I4__I4__R4__I4__I4__I4__I4), integer(0), integer(0),
               integer(3), real(0.5f), integer(1), integer(2), integer(-1), integer(16));
    int32_t loss[2] = {0, 1};
    CHECK_EQUAL(attune_arena_read_words(0, 16, loss, 0, 1), ATTUNE_OK);
    CHECK_EQUAL(attune_loss_s8(0, 0, 3, 0.5f, 1, 2, -1, 20), ATTUNE_OK);
    CHECK_EQUAL(attune_arena_read_words(0, 20, loss, 1, 1), ATTUNE_OK);
    CHECK_EQUAL(loss[0], loss[1]);
    CHECK_CALL(ATTUNE_OK, METHOD(ArenaClose___STATIC__I4__I4), integer(0));
}

static void arrays(void) {
    uint8_t bytes[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    int32_t words[4] = {0, 0, 0, 0};
    CHECK_CALL(0, METHOD(ArenaOpen___STATIC__I4__I4), integer(64));
    CHECK_CALL(ATTUNE_OK, METHOD(ArenaWrite___STATIC__I4__I4__I4__SZARRAY_U1__I4__I4), integer(0), integer(8),
               array(bytes, 8), integer(4), integer(4));
    CHECK_CALL(ATTUNE_OK, METHOD(ArenaReadWords___STATIC__I4__I4__I4__SZARRAY_I4__I4__I4), integer(0), integer(8),
               array(words, 4), integer(3), integer(1));
    CHECK_EQUAL(words[3], 0x08070605);
    CHECK_CALL(ATTUNE_ERROR_ARENA, METHOD(ArenaWrite___STATIC__I4__I4__I4__SZARRAY_U1__I4__I4), integer(0), integer(60),
               array(bytes, 8), integer(0), integer(8));
    CHECK_CALL(ATTUNE_OK, METHOD(ArenaClose___STATIC__I4__I4), integer(0));
}

static void wrong_arrays_throw(void) {
    static const struct {
        int64_t index;
        int64_t count;
        HRESULT expected;
    } ranges[] = {
        {0, 8, S_OK},
        {8, 0, S_OK},
        {0, 9, CLR_E_OUT_OF_RANGE},
        {8, 1, CLR_E_OUT_OF_RANGE},
        {9, 0, CLR_E_OUT_OF_RANGE},
        {-1, 1, CLR_E_OUT_OF_RANGE},
        {0, -1, CLR_E_OUT_OF_RANGE},
        {INT_MAX, INT_MAX, CLR_E_OUT_OF_RANGE},
        {INT_MIN, INT_MIN, CLR_E_OUT_OF_RANGE},
        {1, INT_MAX, CLR_E_OUT_OF_RANGE},
    };
    uint8_t bytes[8] = {0};
    int64_t result;
    CHECK_EQUAL(call(methods::ArenaOpen___STATIC__I4__I4, result, integer(64)), S_OK);
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        HRESULT hr = call(methods::ArenaRead___STATIC__I4__I4__I4__SZARRAY_U1__I4__I4, result, integer(0), integer(0),
                          array(bytes, 8), integer(ranges[i].index), integer(ranges[i].count));
        CHECK_EQUAL(hr, ranges[i].expected);
        CHECK_EQUAL(result, hr == S_OK ? 0 : NOTHING);
    }
    HRESULT hr = call(methods::ArenaRead___STATIC__I4__I4__I4__SZARRAY_U1__I4__I4, result, integer(0), integer(0),
                      array(NULL, 0), integer(0), integer(0));
    CHECK_EQUAL(hr, CLR_E_NULL_REFERENCE);
    CHECK_EQUAL(result, NOTHING);
    hr = call(methods::Crc32___STATIC__U4__SZARRAY_U1__I4__I4__U4, result, array(bytes, 8), integer(4), integer(5),
              integer(0));
    CHECK_EQUAL(hr, CLR_E_OUT_OF_RANGE);
    CHECK_EQUAL(call(methods::ArenaClose___STATIC__I4__I4, result, integer(0)), S_OK);
}

static void mapped_model(void) {
    static const char header[] = {'A', 'T', 'M', '1', 1, 0, 0, 0, 0, 2, 0, 0};
    memcpy(REGION, header, sizeof header);
    CHECK_CALL(0, METHOD(ArenaOpen___STATIC__I4__I4), integer(64));
    CHECK_CALL(512, METHOD(ModelMap___STATIC__I4__I4), integer(0));
    CHECK_CALL(512, METHOD(ModelSize___STATIC__I4__I4), integer(0));
    CHECK_CALL(ATTUNE_OK, METHOD(ArenaClose___STATIC__I4__I4), integer(0));
}

int main() {
    table();
    numbers();
    arrays();
    wrong_arrays_throw();
    mapped_model();
    return check_result();
}
