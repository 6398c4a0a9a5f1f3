// expect: ref or out to a native method
// option: assembly Attune.Kernels
namespace Attune.Device.Violations
{
    internal static class Violation
    {
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.InternalCall)]
        public static extern int Measure(out int width, ref int height);
    }
}
