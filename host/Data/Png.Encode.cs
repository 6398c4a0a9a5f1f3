using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Attune.Kernels;

namespace Attune.Host.Data;

public static partial class Png
{
    /// <summary>Encodes an image.</summary>
    public static byte[] Encode(Image image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var file = new MemoryStream();
        file.Write(Signature);

        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), image.Height);
        header[8] = 8;
        header[9] = (byte)(image.Channels == 1 ? 0 : 2);
        WriteChunk(file, "IHDR", header);

        var compressed = new MemoryStream();
        using (var deflater = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            WriteRows(deflater, image);
        }
        WriteChunk(file, "IDAT", compressed.ToArray());
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    /// <summary>Every row as differences to the row above (filter 2), which suits photographs and drawings.</summary>
    private static void WriteRows(ZLibStream deflater, Image image)
    {
        var row = new byte[1 + image.Width * image.Channels];
        row[0] = 2;
        for (int y = 0; y < image.Height; y++)
        {
            int at = image.Offset(y, 0);
            for (int i = 1; i < row.Length; i++)
            {
                int above = y > 0 ? image.Pixels[at - row.Length + i] : 0;
                row[i] = (byte)(image.Pixels[at + i - 1] - above);
            }
            deflater.Write(row);
        }
    }

    private static void WriteChunk(MemoryStream file, string type, byte[] data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        data.CopyTo(chunk, 8);
        uint crc = Native.Crc32(chunk, 4, 4 + data.Length, 0);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), crc);
        file.Write(chunk);
    }
}
