namespace Attune.Tests.Engine;

/// <summary>The generator of signs and uniform numbers as interop-native/include/attune.h defines it, written again.</summary>
internal readonly record struct Signs(uint Low, uint High)
{
    /// <summary>The word of an index.</summary>
    public uint Word(uint index) => Mix(Mix(index ^ Low) + High);

    /// <summary>+1 or -1 of an element.</summary>
    public int this[int element] => (Word((uint)element / 32) >> (element % 32) & 1) == 0 ? 1 : -1;

    private static uint Mix(uint x)
    {
        unchecked
        {
            x = (x ^ (x >> 16)) * 0x21f0aaad;
            x = (x ^ (x >> 15)) * 0x735a2d97;
            return x ^ (x >> 15);
        }
    }
}
