using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Attune.Host.Data;
using Attune.Kernels;

namespace Attune.Tests.Data;

/// <summary>Makes PNG files of any kind from their parts, right or wrong.</summary>
internal sealed class PngBuilder(int width, int height, int depth, int colorType, bool interlaced = false)
{
    /// <summary>The content of chunk IHDR.</summary>
    public byte[] Header()
    {
        var data = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(data, width);
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(4), height);
        data[8] = (byte)depth;
        data[9] = (byte)colorType;
        data[12] = interlaced ? (byte)1 : (byte)0;
        return data;
    }

    /// <summary>Filtered rows of random bytes with every filter in turn; samples stay below the limit if depth is below 8.</summary>
    public byte[] RandomRows(int limit)
    {
        var rows = new List<byte>();
        var random = new RandomSequence(7, colorType * 100 + depth);
        foreach (var (rowCount, rowWidth) in Passes())
        {
            for (int y = 0; y < rowCount; y++)
            {
                rows.Add(depth < 8 ? (byte)0 : (byte)(y % 5));
                int bytes = (rowWidth * Samples() * depth + 7) / 8;
                for (int i = 0; i < bytes; i++)
                {
                    int value = 0;
                    for (int bit = 0; bit < 8; bit += depth)
                    {
                        value =
                            depth >= 8 ? random.Below(256) : value << depth | random.Below(Math.Min(limit, 1 << depth));
                    }
                    rows.Add((byte)value);
                }
            }
        }
        return [.. rows];
    }

    /// <summary>A whole file.</summary>
    public byte[] File(byte[] rows, byte[]? palette = null) => File(Header(), palette, rows);

    /// <summary>A whole file from the contents of its chunks; the rows are compressed here.</summary>
    public static byte[] File(byte[] header, byte[]? palette, byte[] rows)
    {
        using var compressed = new MemoryStream();
        using (var deflater = new ZLibStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflater.Write(rows);
        }
        // Two IDAT chunks: their border may lie anywhere in the compressed data.
        byte[] data = compressed.ToArray();
        return
        [
            .. (byte[])[0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10],
            .. Chunk("IHDR", header),
            .. palette is null ? [] : Chunk("PLTE", palette),
            .. Chunk("tEXt", "a\0b"u8.ToArray()),
            .. Chunk("IDAT", data[..(data.Length / 2)]),
            .. Chunk("IDAT", data[(data.Length / 2)..]),
            .. Chunk("IEND", []),
        ];
    }

    /// <summary>A palette of so many different colors: entry n is (n, 2 n, 255 - n).</summary>
    public static byte[] Colors(int count) =>
        [.. Enumerable.Range(0, count).SelectMany(n => new[] { (byte)n, (byte)(2 * n), (byte)(255 - n) })];

    public static byte[] Chunk(string type, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        var chunk = new byte[body.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        body.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(body.Length + 4), Native.Crc32(body, 0, body.Length, 0));
        return chunk;
    }

    private int Samples() =>
        colorType switch
        {
            2 => 3,
            4 => 2,
            6 => 4,
            _ => 1,
        };

    private (int Rows, int Width)[] Passes()
    {
        if (!interlaced)
        {
            return [(height, width)];
        }
        int Parts(int side, int first, int step) => (side - first + step - 1) / step;
        (int Rows, int Width)[] passes =
        [
            (Parts(height, 0, 8), Parts(width, 0, 8)),
            (Parts(height, 0, 8), Parts(width, 4, 8)),
            (Parts(height, 4, 8), Parts(width, 0, 4)),
            (Parts(height, 0, 4), Parts(width, 2, 4)),
            (Parts(height, 2, 4), Parts(width, 0, 2)),
            (Parts(height, 0, 2), Parts(width, 1, 2)),
            (Parts(height, 1, 2), Parts(width, 0, 1)),
        ];
        return [.. passes.Where(pass => pass.Rows > 0 && pass.Width > 0)];
    }
}
