using System.Runtime.CompilerServices;

namespace Attune.Tests.Stubs;

/// <summary>
/// Native and managed methods in a mixed order, with constructors that the compiler adds. nanoFramework's metadata
/// processor gave the table and the checksum that StubsTest expects for this class in an assembly "Mixed.Fixture".
/// </summary>
public class MixedMethods
{
    private static int started = 1;
    private int value;

    public static int Managed()
    {
        return started;
    }

    [MethodImpl(MethodImplOptions.InternalCall)]
    public static extern long First(sbyte a, short b, ushort c, ulong d, double e);

    public int Instance()
    {
        return value;
    }

    [MethodImpl(MethodImplOptions.InternalCall)]
    public static extern float Second(float[] data, int index, int count, byte last);

    public override string ToString()
    {
        value++;
        return "";
    }

    public static int ManagedToo()
    {
        return 2;
    }

    [MethodImpl(MethodImplOptions.InternalCall)]
    public static extern double Third(long a, uint b, short[] data, int index, int count);
}
