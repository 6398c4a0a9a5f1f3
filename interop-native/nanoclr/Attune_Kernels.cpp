/* Written by 'dotnet build nf.proj -t:Stubs' from device/Attune.Kernels: do not edit. */
/* clang-format off */
#include "Attune_Kernels.h"

static const CLR_RT_MethodHandler method_lookup[] =
{
    Library_Attune_Kernels_Attune_Kernels_Native::Version___STATIC__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::ArenaOpen___STATIC__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::ArenaClose___STATIC__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::ArenaHighWater___STATIC__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::ArenaHighWaterReset___STATIC__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::ArenaWrite___STATIC__I4__I4__I4__SZARRAY_U1__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::ArenaRead___STATIC__I4__I4__I4__SZARRAY_U1__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::ArenaWriteWords___STATIC__I4__I4__I4__SZARRAY_I4__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::ArenaReadWords___STATIC__I4__I4__I4__SZARRAY_I4__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::ArenaFill___STATIC__I4__I4__I4__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::ArenaFlip___STATIC__I4__I4__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::ModelOpen___STATIC__I4__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::ModelMap___STATIC__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::ModelSize___STATIC__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::ModelWrite___STATIC__I4__I4__I4__SZARRAY_U1__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::ModelRead___STATIC__I4__I4__I4__SZARRAY_U1__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::ModelReadWords___STATIC__I4__I4__I4__SZARRAY_I4__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::ModelToArena___STATIC__I4__I4__I4__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::Crc32___STATIC__U4__SZARRAY_U1__I4__I4__U4,
    Library_Attune_Kernels_Attune_Kernels_Native::Threads___STATIC__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::LayerCheck___STATIC__I4__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::LayerScratch___STATIC__I4__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::LayerRun___STATIC__I4__I4__I4__I4__I4__U4__U4,
    Library_Attune_Kernels_Attune_Kernels_Native::NodesRun___STATIC__I4__I4__I4__I4__I4__I4__U4__U4,
    Library_Attune_Kernels_Attune_Kernels_Native::ChainCheck___STATIC__I4__I4__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::ChainLines___STATIC__I4__I4__I4__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::ChainRun___STATIC__I4__I4__I4__I4__I4__I4__I4__I4__I4__U4__U4,
    Library_Attune_Kernels_Attune_Kernels_Native::LossS32___STATIC__I4__I4__I4__I4__I4__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::LossS8___STATIC__I4__I4__I4__I4__R4__I4__I4__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::ArgmaxS8___STATIC__I4__I4__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::GradientProbe___STATIC__I4__I4__I4__I4__U4__U4__I4__I4__I4__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::LossesCenter___STATIC__I4__I4__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::GradientHead___STATIC__I4__I4__I4__I4__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::GradientNodes___STATIC__I4__I4__I4__U4__U4__I4__I4__I4__I4__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::GradientWeights___STATIC__I4__I4__I4__I4__I4__I4__I4__I4__I4__I4__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::Update___STATIC__I4__I4__I4__I4__I4__I4__I4__I4__R4__I4__U4__U4__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::UpdateApply___STATIC__I4__I4__I4__I4__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::StatisticsFold___STATIC__I4__I4__I4__I4__I4__I4__I4__I4__R4,
    Library_Attune_Kernels_Attune_Kernels_Native::Align___STATIC__I4__I4__I4__I4__I4__I4__I4__R4__I4__R4__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::PatchesAdd___STATIC__I4__I4__I4__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::PatchesBytes___STATIC__I4__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::FilterScratch___STATIC__I4__I4__I4,
    Library_Attune_Kernels_Attune_Kernels_Native::FilterSolve___STATIC__I4__I4__I4__I4__I4__I4__I4__I4,
};

const CLR_RT_NativeAssemblyData g_CLR_AssemblyNative_Attune_Kernels =
{
    "Attune.Kernels",
    0x0BB9D381,
    method_lookup,
    { 4, 0, 0, 0 }
};
