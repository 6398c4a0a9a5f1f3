// expect: a native method
namespace Attune.Device.Violations
{
    internal static class Violation
    {
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.InternalCall)]
        public static extern int Version();
    }
}
