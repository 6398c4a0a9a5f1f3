/* Written by 'dotnet build nf.proj -t:Stubs' from device/Attune.Kernels: do not edit. */
/* clang-format off */
#include "Attune_Kernels.h"
#include "Attune_Kernels_Attune_Kernels_Native.h"

using namespace Attune_Kernels::Attune_Kernels;

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::Version___STATIC__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int result = Native::Version(hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::ArenaOpen___STATIC__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int result = Native::ArenaOpen(param0, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::ArenaClose___STATIC__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int result = Native::ArenaClose(param0, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::ArenaHighWater___STATIC__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int result = Native::ArenaHighWater(param0, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::ArenaHighWaterReset___STATIC__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int result = Native::ArenaHighWaterReset(param0, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::ArenaWrite___STATIC__I4__I4__I4__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        CLR_RT_TypedArray_UINT8 param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_UINT8_ARRAY(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 4, param4));
        signed int result = Native::ArenaWrite(param0, param1, param2, param3, param4, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::ArenaRead___STATIC__I4__I4__I4__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        CLR_RT_TypedArray_UINT8 param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_UINT8_ARRAY(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 4, param4));
        signed int result = Native::ArenaRead(param0, param1, param2, param3, param4, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::ArenaWriteWords___STATIC__I4__I4__I4__SZARRAY_I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        CLR_RT_TypedArray_INT32 param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32_ARRAY(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 4, param4));
        signed int result = Native::ArenaWriteWords(param0, param1, param2, param3, param4, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::ArenaReadWords___STATIC__I4__I4__I4__SZARRAY_I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        CLR_RT_TypedArray_INT32 param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32_ARRAY(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 4, param4));
        signed int result = Native::ArenaReadWords(param0, param1, param2, param3, param4, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::ArenaFill___STATIC__I4__I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int result = Native::ArenaFill(param0, param1, param2, param3, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::ArenaFlip___STATIC__I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        signed int result = Native::ArenaFlip(param0, param1, param2, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::ModelOpen___STATIC__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int result = Native::ModelOpen(param0, param1, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::ModelMap___STATIC__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int result = Native::ModelMap(param0, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::ModelSize___STATIC__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int result = Native::ModelSize(param0, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::ModelWrite___STATIC__I4__I4__I4__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        CLR_RT_TypedArray_UINT8 param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_UINT8_ARRAY(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 4, param4));
        signed int result = Native::ModelWrite(param0, param1, param2, param3, param4, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::ModelRead___STATIC__I4__I4__I4__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        CLR_RT_TypedArray_UINT8 param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_UINT8_ARRAY(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 4, param4));
        signed int result = Native::ModelRead(param0, param1, param2, param3, param4, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::ModelReadWords___STATIC__I4__I4__I4__SZARRAY_I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        CLR_RT_TypedArray_INT32 param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32_ARRAY(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 4, param4));
        signed int result = Native::ModelReadWords(param0, param1, param2, param3, param4, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::ModelToArena___STATIC__I4__I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int result = Native::ModelToArena(param0, param1, param2, param3, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::Crc32___STATIC__U4__SZARRAY_U1__I4__I4__U4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        CLR_RT_TypedArray_UINT8 param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_UINT8_ARRAY(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        unsigned int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_UINT32(stack, 3, param3));
        unsigned int result = Native::Crc32(param0, param1, param2, param3, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_UINT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::Threads___STATIC__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int result = Native::Threads(param0, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::LayerCheck___STATIC__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int result = Native::LayerCheck(param0, param1, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::LayerScratch___STATIC__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int result = Native::LayerScratch(param0, param1, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::LayerRun___STATIC__I4__I4__I4__I4__I4__U4__U4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        unsigned int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_UINT32(stack, 4, param4));
        unsigned int param5;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_UINT32(stack, 5, param5));
        signed int result = Native::LayerRun(param0, param1, param2, param3, param4, param5, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::NodesRun___STATIC__I4__I4__I4__I4__I4__I4__U4__U4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 4, param4));
        unsigned int param5;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_UINT32(stack, 5, param5));
        unsigned int param6;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_UINT32(stack, 6, param6));
        signed int result = Native::NodesRun(param0, param1, param2, param3, param4, param5, param6, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::ChainCheck___STATIC__I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        signed int result = Native::ChainCheck(param0, param1, param2, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::ChainLines___STATIC__I4__I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int result = Native::ChainLines(param0, param1, param2, param3, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::ChainRun___STATIC__I4__I4__I4__I4__I4__I4__I4__I4__I4__U4__U4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 4, param4));
        signed int param5;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 5, param5));
        signed int param6;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 6, param6));
        signed int param7;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 7, param7));
        unsigned int param8;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_UINT32(stack, 8, param8));
        unsigned int param9;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_UINT32(stack, 9, param9));
        signed int result = Native::ChainRun(param0, param1, param2, param3, param4, param5, param6, param7, param8, param9, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::LossS32___STATIC__I4__I4__I4__I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 4, param4));
        signed int param5;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 5, param5));
        signed int result = Native::LossS32(param0, param1, param2, param3, param4, param5, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::LossS8___STATIC__I4__I4__I4__I4__R4__I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        float param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_float(stack, 3, param3));
        signed int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 4, param4));
        signed int param5;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 5, param5));
        signed int param6;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 6, param6));
        signed int param7;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 7, param7));
        signed int result = Native::LossS8(param0, param1, param2, param3, param4, param5, param6, param7, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::ArgmaxS8___STATIC__I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        signed int result = Native::ArgmaxS8(param0, param1, param2, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::GradientProbe___STATIC__I4__I4__I4__I4__U4__U4__I4__I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        unsigned int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_UINT32(stack, 3, param3));
        unsigned int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_UINT32(stack, 4, param4));
        signed int param5;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 5, param5));
        signed int param6;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 6, param6));
        signed int param7;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 7, param7));
        signed int param8;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 8, param8));
        signed int param9;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 9, param9));
        signed int result = Native::GradientProbe(param0, param1, param2, param3, param4, param5, param6, param7, param8, param9, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::LossesCenter___STATIC__I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        signed int result = Native::LossesCenter(param0, param1, param2, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::GradientHead___STATIC__I4__I4__I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 4, param4));
        signed int result = Native::GradientHead(param0, param1, param2, param3, param4, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::GradientNodes___STATIC__I4__I4__I4__U4__U4__I4__I4__I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        unsigned int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_UINT32(stack, 2, param2));
        unsigned int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_UINT32(stack, 3, param3));
        signed int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 4, param4));
        signed int param5;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 5, param5));
        signed int param6;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 6, param6));
        signed int param7;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 7, param7));
        signed int param8;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 8, param8));
        signed int param9;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 9, param9));
        signed int result = Native::GradientNodes(param0, param1, param2, param3, param4, param5, param6, param7, param8, param9, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::GradientWeights___STATIC__I4__I4__I4__I4__I4__I4__I4__I4__I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 4, param4));
        signed int param5;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 5, param5));
        signed int param6;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 6, param6));
        signed int param7;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 7, param7));
        signed int param8;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 8, param8));
        signed int param9;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 9, param9));
        signed int param10;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 10, param10));
        signed int result = Native::GradientWeights(param0, param1, param2, param3, param4, param5, param6, param7, param8, param9, param10, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::Update___STATIC__I4__I4__I4__I4__I4__I4__I4__I4__R4__I4__U4__U4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 4, param4));
        signed int param5;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 5, param5));
        signed int param6;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 6, param6));
        float param7;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_float(stack, 7, param7));
        signed int param8;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 8, param8));
        unsigned int param9;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_UINT32(stack, 9, param9));
        unsigned int param10;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_UINT32(stack, 10, param10));
        signed int param11;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 11, param11));
        signed int param12;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 12, param12));
        signed int result = Native::Update(param0, param1, param2, param3, param4, param5, param6, param7, param8, param9, param10, param11, param12, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::UpdateApply___STATIC__I4__I4__I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 4, param4));
        signed int result = Native::UpdateApply(param0, param1, param2, param3, param4, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::MomentsUpdate___STATIC__I4__I4__I4__I4__I4__I4__I4__I4__I4__I4__R4__R4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 4, param4));
        signed int param5;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 5, param5));
        signed int param6;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 6, param6));
        signed int param7;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 7, param7));
        signed int param8;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 8, param8));
        float param9;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_float(stack, 9, param9));
        float param10;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_float(stack, 10, param10));
        signed int param11;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 11, param11));
        signed int param12;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 12, param12));
        signed int result = Native::MomentsUpdate(param0, param1, param2, param3, param4, param5, param6, param7, param8, param9, param10, param11, param12, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::StatisticsFold___STATIC__I4__I4__I4__I4__I4__I4__I4__I4__R4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 4, param4));
        signed int param5;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 5, param5));
        signed int param6;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 6, param6));
        float param7;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_float(stack, 7, param7));
        signed int result = Native::StatisticsFold(param0, param1, param2, param3, param4, param5, param6, param7, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::Align___STATIC__I4__I4__I4__I4__I4__I4__I4__R4__I4__R4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 4, param4));
        signed int param5;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 5, param5));
        float param6;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_float(stack, 6, param6));
        signed int param7;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 7, param7));
        float param8;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_float(stack, 8, param8));
        signed int param9;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 9, param9));
        signed int param10;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 10, param10));
        signed int result = Native::Align(param0, param1, param2, param3, param4, param5, param6, param7, param8, param9, param10, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::PatchesAdd___STATIC__I4__I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int result = Native::PatchesAdd(param0, param1, param2, param3, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::PatchesBytes___STATIC__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int result = Native::PatchesBytes(param0, param1, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::FilterScratch___STATIC__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int result = Native::FilterScratch(param0, param1, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::FilterSolve___STATIC__I4__I4__I4__I4__I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 4, param4));
        signed int param5;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 5, param5));
        signed int param6;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 6, param6));
        signed int result = Native::FilterSolve(param0, param1, param2, param3, param4, param5, param6, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::Augment___STATIC__I4__I4__I4__I4__I4__I4__I4__I4__I4__I4__I4__U4__U4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 4, param4));
        signed int param5;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 5, param5));
        signed int param6;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 6, param6));
        signed int param7;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 7, param7));
        signed int param8;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 8, param8));
        signed int param9;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 9, param9));
        unsigned int param10;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_UINT32(stack, 10, param10));
        unsigned int param11;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_UINT32(stack, 11, param11));
        signed int result = Native::Augment(param0, param1, param2, param3, param4, param5, param6, param7, param8, param9, param10, param11, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::ErrorHead___STATIC__I4__I4__I4__I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 4, param4));
        signed int param5;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 5, param5));
        signed int result = Native::ErrorHead(param0, param1, param2, param3, param4, param5, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::ErrorLogits___STATIC__I4__I4__I4__I4__R4__I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        float param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_float(stack, 3, param3));
        signed int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 4, param4));
        signed int param5;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 5, param5));
        signed int param6;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 6, param6));
        signed int param7;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 7, param7));
        signed int result = Native::ErrorLogits(param0, param1, param2, param3, param4, param5, param6, param7, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::LayerError___STATIC__I4__I4__I4__I4__I4__I4__U4__U4__I4__I4__I4__I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 4, param4));
        unsigned int param5;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_UINT32(stack, 5, param5));
        unsigned int param6;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_UINT32(stack, 6, param6));
        signed int param7;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 7, param7));
        signed int param8;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 8, param8));
        signed int param9;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 9, param9));
        signed int param10;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 10, param10));
        signed int param11;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 11, param11));
        signed int param12;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 12, param12));
        signed int param13;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 13, param13));
        signed int result = Native::LayerError(param0, param1, param2, param3, param4, param5, param6, param7, param8, param9, param10, param11, param12, param13, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::ErrorScratch___STATIC__I4__I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int result = Native::ErrorScratch(param0, param1, param2, param3, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::ErrorReads___STATIC__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int result = Native::ErrorReads(param0, param1, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::ErrorFinish___STATIC__I4__I4__I4__I4__I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 4, param4));
        signed int param5;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 5, param5));
        signed int param6;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 6, param6));
        signed int result = Native::ErrorFinish(param0, param1, param2, param3, param4, param5, param6, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::ErrorChoose___STATIC__I4__I4__I4__I4__I4__I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 4, param4));
        signed int param5;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 5, param5));
        signed int param6;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 6, param6));
        signed int param7;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 7, param7));
        signed int result = Native::ErrorChoose(param0, param1, param2, param3, param4, param5, param6, param7, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::ErrorMerge___STATIC__I4__I4__I4__I4__I4__I4__I4__I4__I4__U4__U4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 4, param4));
        signed int param5;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 5, param5));
        signed int param6;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 6, param6));
        signed int param7;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 7, param7));
        unsigned int param8;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_UINT32(stack, 8, param8));
        unsigned int param9;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_UINT32(stack, 9, param9));
        signed int result = Native::ErrorMerge(param0, param1, param2, param3, param4, param5, param6, param7, param8, param9, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::WeightsGradient___STATIC__I4__I4__I4__I4__I4__I4__I4__I4__I4__I4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 4, param4));
        signed int param5;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 5, param5));
        signed int param6;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 6, param6));
        signed int param7;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 7, param7));
        signed int param8;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 8, param8));
        signed int result = Native::WeightsGradient(param0, param1, param2, param3, param4, param5, param6, param7, param8, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}

HRESULT Library_Attune_Kernels_Attune_Kernels_Native::GradientStandardize___STATIC__I4__I4__I4__I4__I4__I4__I4__I4__R4(CLR_RT_StackFrame &stack)
{
    NANOCLR_HEADER();
    hr = S_OK;
    {
        signed int param0;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 0, param0));
        signed int param1;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 1, param1));
        signed int param2;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 2, param2));
        signed int param3;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 3, param3));
        signed int param4;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 4, param4));
        signed int param5;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 5, param5));
        signed int param6;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_INT32(stack, 6, param6));
        float param7;
        NANOCLR_CHECK_HRESULT(Interop_Marshal_float(stack, 7, param7));
        signed int result = Native::GradientStandardize(param0, param1, param2, param3, param4, param5, param6, param7, hr);
        NANOCLR_CHECK_HRESULT(hr);
        SetResult_INT32(stack, result);
    }
    NANOCLR_NOCLEANUP();
}
