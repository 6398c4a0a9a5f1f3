using System.Runtime.CompilerServices;

namespace Attune.Tests.Stubs;

/// <summary>Small classes of native methods: one as it should be, others that differ from it or are wrong.</summary>
internal static class Declarations
{
    internal static class Base
    {
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int OpenArena(int bytes);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ArenaWords(int arena, int[] data, int index, int count);
    }

    internal static class OtherOrder
    {
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ArenaWords(int arena, int[] data, int index, int count);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int OpenArena(int bytes);
    }

    internal static class OtherType
    {
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int OpenArena(uint bytes);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ArenaWords(int arena, int[] data, int index, int count);
    }

    internal static class OtherName
    {
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ArenaOpen(int bytes);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ArenaWords(int arena, int[] data, int index, int count);
    }

    internal static class WithManaged
    {
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int OpenArena(int bytes);

        public static int Managed() => 1;

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ArenaWords(int arena, int[] data, int index, int count);
    }

    internal static class Text
    {
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Print(string text);
    }

    internal static class Reference
    {
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Read(ref int value);
    }

    internal static class NoResult
    {
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern void Close(int arena);
    }

    internal static class ArrayResult
    {
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern byte[] Read(int arena);
    }

    internal static class ArrayAlone
    {
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Read(int arena, byte[] data, int count);
    }

    internal static class TwoDimensions
    {
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Read(int[,] data, int index, int count);
    }

    internal sealed class OfInstance
    {
        [MethodImpl(MethodImplOptions.InternalCall)]
        public extern int Read(int arena);
    }
}
