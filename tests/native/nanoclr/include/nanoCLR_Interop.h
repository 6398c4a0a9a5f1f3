/* Stands for nanoCLR's header of this name, so that the generated stubs can be compiled and called without nanoCLR: our
 * own declarations of what the stubs use, with managed arguments as plain values. */
#ifndef NANOCLR_INTEROP_H
#define NANOCLR_INTEROP_H

#include <stddef.h>
#include <stdint.h>

#define __int64 long long

typedef int HRESULT;

enum : HRESULT {
    S_OK = 0,
    CLR_E_NULL_REFERENCE = -1,
    CLR_E_OUT_OF_RANGE = -2,
};

#define NANOCLR_HEADER() HRESULT hr
#define NANOCLR_CHECK_HRESULT(call)                                                                                    \
    {                                                                                                                  \
        hr = (call);                                                                                                   \
        if (hr < 0) {                                                                                                  \
            goto failed;                                                                                               \
        }                                                                                                              \
    }
#define NANOCLR_NOCLEANUP()                                                                                            \
    hr = S_OK;                                                                                                         \
    failed:                                                                                                            \
    return hr
#define NANOCLR_NATIVE_DECLARE(name) static HRESULT name(CLR_RT_StackFrame &stack)

/* A managed argument or result. */
struct managed_value {
    int64_t integer;
    float real;
    void *array; /* NULL: a null reference */
    unsigned int length;
};

struct CLR_RT_StackFrame {
    const managed_value *arguments;
    managed_value result;
};

typedef HRESULT (*CLR_RT_MethodHandler)(CLR_RT_StackFrame &stack);

struct CLR_RECORD_VERSION {
    uint16_t major, minor, build, revision;
};

struct CLR_RT_NativeAssemblyData {
    const char *name;
    unsigned int checksum;
    const void *methods;
    CLR_RECORD_VERSION version;
};

template <class T> struct CLR_RT_TypedArray {
    T *buffer = NULL;
    unsigned int size = 0;

    T *GetBuffer() {
        return buffer;
    }
    unsigned int GetSize() {
        return size;
    }
};
typedef CLR_RT_TypedArray<unsigned char> CLR_RT_TypedArray_UINT8;
typedef CLR_RT_TypedArray<signed int> CLR_RT_TypedArray_INT32;

template <class T>
HRESULT marshal_array(const CLR_RT_StackFrame &stack, unsigned int index, CLR_RT_TypedArray<T> &array) {
    const managed_value &value = stack.arguments[index];
    array.buffer = static_cast<T *>(value.array);
    array.size = value.length;
    return value.array == NULL ? CLR_E_NULL_REFERENCE : S_OK;
}

inline HRESULT Interop_Marshal_UINT8_ARRAY(const CLR_RT_StackFrame &stack, unsigned int index,
                                           CLR_RT_TypedArray_UINT8 &array) {
    return marshal_array(stack, index, array);
}
inline HRESULT Interop_Marshal_INT32_ARRAY(const CLR_RT_StackFrame &stack, unsigned int index,
                                           CLR_RT_TypedArray_INT32 &array) {
    return marshal_array(stack, index, array);
}
inline HRESULT Interop_Marshal_INT32(const CLR_RT_StackFrame &stack, unsigned int index, signed int &value) {
    value = static_cast<signed int>(stack.arguments[index].integer);
    return S_OK;
}
inline HRESULT Interop_Marshal_UINT32(const CLR_RT_StackFrame &stack, unsigned int index, unsigned int &value) {
    value = static_cast<unsigned int>(stack.arguments[index].integer);
    return S_OK;
}
inline HRESULT Interop_Marshal_float(const CLR_RT_StackFrame &stack, unsigned int index, float &value) {
    value = stack.arguments[index].real;
    return S_OK;
}

inline void SetResult_INT32(CLR_RT_StackFrame &stack, signed int value) {
    stack.result.integer = value;
}
inline void SetResult_UINT32(CLR_RT_StackFrame &stack, unsigned int value) {
    stack.result.integer = value;
}

#endif
