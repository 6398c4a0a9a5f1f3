using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Attune.Kernels;

namespace Attune.Host.Data;

/// <summary>
/// PNG images (ISO/IEC 15948). Reads every colour type, bit depth and interlace method; the result has 8 bits: 16 are
/// rounded, fewer are stretched. Transparency (alpha channel or tRNS) is dropped and leaves the stored colours; gamma
/// and colour profiles are not applied. Writes 8 bits, gray or R, G, B.
/// </summary>
public static partial class Png
{
    private const string Damaged = "get an undamaged copy of the file";

    // The best that deflate can do: 258 bytes from 2 bits.
    private const int MaxCompression = 1032;

    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    // First column and row, and distance of columns and rows, of Adam7's passes.
    private static readonly (int X, int Y, int StepX, int StepY)[] Adam7 =
    [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ];

    private static readonly (int X, int Y, int StepX, int StepY)[] OnePass = [(0, 0, 1, 1)];

    /// <summary>Whether the bytes begin as a PNG file does.</summary>
    public static bool IsPng(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Signature);

    /// <summary>Decodes a file's bytes.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">The file's path, for messages.</param>
    /// <exception cref="DataException">The bytes are no sound PNG image.</exception>
    public static Image Decode(byte[] bytes, string name)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        if (!IsPng(bytes))
        {
            throw DataException.At(name, 0, "this is no PNG image", "convert the image to PNG, PPM or PGM");
        }
        Header? header = null;
        byte[]? palette = null;
        var compressed = new MemoryStream();
        int at = Signature.Length;
        string type;
        do
        {
            var (start, length) = Chunk(bytes, at, name, out type);
            var data = bytes.AsSpan(start, length);
            if ((header is null) != (type == "IHDR"))
            {
                throw DataException.At(name, at, $"chunk {type} is out of place: IHDR comes first, once", Damaged);
            }
            switch (type)
            {
                case "IHDR":
                    header = Header.Parse(data, start, name);
                    break;
                case "PLTE":
                    if (length is 0 or > 768 || length % 3 != 0)
                    {
                        throw DataException.At(name, start, $"a palette of {length} bytes is none", Damaged);
                    }
                    palette = data.ToArray();
                    break;
                case "IDAT":
                    compressed.Write(data);
                    break;
                case "IEND":
                    break;
                default:
                    // A capital first letter: the image cannot be shown without this chunk.
                    if ((bytes[start - 4] & 0x20) == 0)
                    {
                        throw DataException.At(name, at, $"chunk {type} is unknown", "save the image as a plain PNG");
                    }
                    break;
            }
            at = start + length + 4;
        } while (type != "IEND");
        if (header!.ColorType == 3 && palette is null)
        {
            throw DataException.At(name, at, "the palette (chunk PLTE) is missing", Damaged);
        }
        return Assemble(header, palette, Inflate(header, compressed, name), name);
    }

    /// <summary>Start and length of a chunk's data, after its checksum was found right.</summary>
    private static (int Start, int Length) Chunk(byte[] bytes, int at, string name, out string type)
    {
        if (bytes.Length - at < 12)
        {
            throw DataException.At(name, at, "the file ends before its chunk IEND", Damaged);
        }
        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at));
        if (length > bytes.Length - at - 12)
        {
            throw DataException.At(name, at, $"a chunk of {length} bytes reaches beyond the file's end", Damaged);
        }
        var letters = bytes.AsSpan(at + 4, 4);
        foreach (byte letter in letters)
        {
            if (!char.IsAsciiLetter((char)letter))
            {
                throw DataException.At(name, at + 4, "a chunk type has four letters", Damaged);
            }
        }
        type = Encoding.ASCII.GetString(letters);
        int end = at + 8 + (int)length;
        if (Native.Crc32(bytes, at + 4, 4 + (int)length, 0) != BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(end)))
        {
            throw DataException.At(name, end, $"the checksum of chunk {type} is wrong", Damaged);
        }
        return (at + 8, (int)length);
    }

    private static byte[] Inflate(Header header, MemoryStream compressed, string name)
    {
        long size = 0;
        foreach (var pass in header.Passes)
        {
            var (width, height) = header.PassSize(pass);
            size += width > 0 ? height * (1 + header.RowBytes(width)) : 0;
        }
        if (size > (compressed.Length + 1) * MaxCompression || size > Array.MaxLength)
        {
            throw new DataException(
                $"{name}: {header.Width}x{header.Height} pixels cannot be in {compressed.Length} bytes of image data; {Damaged}."
            );
        }
        var raw = new byte[size];
        compressed.Position = 0;
        try
        {
            using var inflater = new ZLibStream(compressed, CompressionMode.Decompress);
            int got = inflater.ReadAtLeast(raw, raw.Length, throwOnEndOfStream: false);
            if (got < raw.Length || inflater.ReadByte() >= 0)
            {
                string amount = got < raw.Length ? "less" : "more";
                throw new DataException($"{name}: there is {amount} image data than {raw.Length} bytes; {Damaged}.");
            }
        }
        catch (InvalidDataException error)
        {
            throw new DataException($"{name}: the compressed image data (chunks IDAT) is damaged; {Damaged}.", error);
        }
        return raw;
    }

    private static Image Assemble(Header header, byte[]? palette, byte[] raw, string name)
    {
        var image = new Image(header.Height, header.Width, header.ColorType is 0 or 4 ? 1 : 3);
        int at = 0;
        foreach (var pass in header.Passes)
        {
            var (width, height) = header.PassSize(pass);
            if (width == 0)
            {
                continue;
            }
            int rowBytes = (int)header.RowBytes(width);
            var above = new byte[rowBytes].AsSpan();
            for (int y = 0; y < height; y++)
            {
                var row = raw.AsSpan(at + 1, rowBytes);
                if (!Unfilter(raw[at], row, above, Math.Max(header.PixelBits / 8, 1)))
                {
                    throw new DataException($"{name}: filter {raw[at]} of an image row is unknown; {Damaged}.");
                }
                for (int x = 0; x < width; x++)
                {
                    var pixel = image.Pixels.AsSpan(
                        image.Offset(pass.Y + y * pass.StepY, pass.X + x * pass.StepX),
                        image.Channels
                    );
                    if (palette is not null && header.ColorType == 3)
                    {
                        int entry = header.Sample(row, x);
                        if (entry * 3 >= palette.Length)
                        {
                            throw new DataException(
                                $"{name}: pixel {pass.X + x * pass.StepX}, row {pass.Y + y * pass.StepY}, has color {entry}, but the palette has {palette.Length / 3}; {Damaged}."
                            );
                        }
                        palette.AsSpan(entry * 3, 3).CopyTo(pixel);
                        continue;
                    }
                    for (int channel = 0; channel < pixel.Length; channel++)
                    {
                        int max = (1 << header.Depth) - 1;
                        int sample = header.Sample(row, x * header.Samples + channel);
                        pixel[channel] = (byte)((sample * 255 + max / 2) / max);
                    }
                }
                above = row;
                at += 1 + rowBytes;
            }
        }
        return image;
    }

    /// <summary>Turns a filtered row into its bytes, in place. False: there is no such filter.</summary>
    private static bool Unfilter(int filter, Span<byte> row, ReadOnlySpan<byte> above, int distance)
    {
        if (filter > 4)
        {
            return false;
        }
        for (int i = 0; filter != 0 && i < row.Length; i++)
        {
            int left = i >= distance ? row[i - distance] : 0;
            int corner = i >= distance ? above[i - distance] : 0;
            int prediction = filter switch
            {
                1 => left,
                2 => above[i],
                3 => (left + above[i]) / 2,
                _ => Paeth(left, above[i], corner),
            };
            row[i] = (byte)(row[i] + prediction);
        }
        return true;
    }

    private static int Paeth(int left, int above, int corner)
    {
        int estimate = left + above - corner;
        int toLeft = Math.Abs(estimate - left);
        int toAbove = Math.Abs(estimate - above);
        int toCorner = Math.Abs(estimate - corner);
        return toLeft <= toAbove && toLeft <= toCorner ? left
            : toAbove <= toCorner ? above
            : corner;
    }

    private sealed record Header(int Width, int Height, int Depth, int ColorType, bool Interlaced)
    {
        public (int X, int Y, int StepX, int StepY)[] Passes => Interlaced ? Adam7 : OnePass;

        /// <summary>Samples per pixel, as stored.</summary>
        public int Samples =>
            ColorType switch
            {
                2 => 3,
                4 => 2,
                6 => 4,
                _ => 1,
            };

        public int PixelBits => Samples * Depth;

        public long RowBytes(int width) => ((long)width * PixelBits + 7) / 8;

        public (int Width, int Height) PassSize((int X, int Y, int StepX, int StepY) pass)
        {
            int width = (Width - pass.X + pass.StepX - 1) / pass.StepX;
            int height = (Height - pass.Y + pass.StepY - 1) / pass.StepY;
            return width > 0 && height > 0 ? (width, height) : (0, 0);
        }

        /// <summary>A sample of a row, by its number.</summary>
        public int Sample(ReadOnlySpan<byte> row, int number)
        {
            if (Depth == 16)
            {
                return BinaryPrimitives.ReadUInt16BigEndian(row[(2 * number)..]);
            }
            int bit = number * Depth;
            return (row[bit / 8] >> (8 - Depth - bit % 8)) & ((1 << Depth) - 1);
        }

        public static Header Parse(ReadOnlySpan<byte> data, int start, string name)
        {
            if (data.Length != 13)
            {
                throw DataException.At(name, start, $"IHDR has {data.Length} bytes, not 13", Damaged);
            }
            uint width = BinaryPrimitives.ReadUInt32BigEndian(data);
            uint height = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
            if (width == 0 || height == 0 || (UInt128)width * height * 3 > Image.MaxElements)
            {
                throw DataException.At(
                    name,
                    start,
                    $"{width}x{height} pixels is not between 1 and {Image.MaxElements / 3}",
                    "use smaller images"
                );
            }
            int depth = data[8];
            int colorType = data[9];
            bool allowed = colorType switch
            {
                0 => depth is 1 or 2 or 4 or 8 or 16,
                3 => depth is 1 or 2 or 4 or 8,
                2 or 4 or 6 => depth is 8 or 16,
                _ => false,
            };
            if (!allowed)
            {
                throw DataException.At(name, start + 8, $"color type {colorType} has no bit depth {depth}", Damaged);
            }
            if (data[10] != 0 || data[11] != 0 || data[12] > 1)
            {
                throw DataException.At(name, start + 10, "unknown compression, filter or interlace method", Damaged);
            }
            return new Header((int)width, (int)height, depth, colorType, data[12] == 1);
        }
    }
}
