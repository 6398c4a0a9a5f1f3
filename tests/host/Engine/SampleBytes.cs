using System.Buffers.Binary;
using Attune.Kernels;

namespace Attune.Tests.Engine;

/// <summary>Makes sample files byte by byte from docs/FORMATS.md, right or wrong.</summary>
internal static class SampleBytes
{
    public const int HeaderBytes = 512;

    /// <summary>A whole file; values is called with sample and element.</summary>
    public static byte[] File(
        int count,
        int height,
        int width,
        int channels,
        int type,
        int classes,
        Func<int, int, byte> values
    )
    {
        int elements = height * width * channels;
        int record = 8 + (elements + 3) / 4 * 4;
        var bytes = new byte[HeaderBytes + count * record];
        int[] header = [0x31535441, 1, count, height, width, channels, type, classes, record];
        for (int word = 0; word < header.Length; word++)
        {
            Put(bytes, 4 * word, header[word]);
        }
        SealHeader(bytes);
        for (int sample = 0; sample < count; sample++)
        {
            int at = HeaderBytes + sample * record;
            Put(bytes, at, classes == 0 ? -1 : sample % classes);
            for (int element = 0; element < elements; element++)
            {
                bytes[at + 4 + element] = values(sample, element);
            }
            SealRecord(bytes, at, record);
        }
        return bytes;
    }

    public static void Put(byte[] bytes, int at, int value) =>
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);

    /// <summary>Makes the header's checksum right again.</summary>
    public static void SealHeader(byte[] bytes) => Put(bytes, 508, (int)Native.Crc32(bytes, 0, 508, 0));

    /// <summary>Makes a record's checksum right again.</summary>
    public static void SealRecord(byte[] bytes, int at, int record) =>
        Put(bytes, at + record - 4, (int)Native.Crc32(bytes, at, record - 4, 0));
}
