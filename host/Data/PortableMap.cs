using System.Text;

namespace Attune.Host.Data;

/// <summary>
/// Portable graymaps and pixmaps (Netpbm's P2, P3, P5, P6) of 8 bits, which SkiaSharp does not read. A maxval below 255 is stretched to 255. Whatever
/// follows the first image of a file is ignored.
/// </summary>
public static class PortableMap
{
    private const string Advice = "convert the picture to 8-bit PNG, PPM or PGM";

    /// <summary>Decodes a file's bytes.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">The file's path, for messages.</param>
    /// <exception cref="DataException">The bytes are no such image.</exception>
    public static Image Decode(byte[] bytes, string name)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        if (bytes.Length < 2 || bytes[0] != 'P' || bytes[1] is not ((byte)'2' or (byte)'3' or (byte)'5' or (byte)'6'))
        {
            throw DataException.At(name, 0, "this is no PGM or PPM image (P2, P3, P5 or P6)", Advice);
        }
        bool plain = bytes[1] is (byte)'2' or (byte)'3';
        int channels = bytes[1] is (byte)'3' or (byte)'6' ? 3 : 1;
        int at = 2;
        int width = Number(bytes, ref at, name, "the width", 1, Image.MaxElements);
        int height = Number(bytes, ref at, name, "the height", 1, Image.MaxElements);
        int maxval = Number(bytes, ref at, name, "the maxval", 1, 255);
        long elements = (long)width * height * channels;
        // A plain image has at least a digit and a separator per value, but for the last.
        long least = plain ? 2 * elements - 1 : elements;
        at++;
        if (elements > Image.MaxElements || bytes.Length - at < least)
        {
            throw DataException.At(
                name,
                Math.Min(at, bytes.Length),
                $"{width}x{height}x{channels} values are announced, but {Math.Max(bytes.Length - at, 0)} bytes follow",
                "get a complete copy of the file"
            );
        }
        var image = new Image(height, width, channels);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            int place = at;
            int value = plain ? Number(bytes, ref at, name, "a value", 0, 255) : bytes[at++];
            if (value > maxval)
            {
                throw DataException.At(
                    name,
                    place,
                    $"value {value} is above the maxval of {maxval}",
                    "repair the file"
                );
            }
            image.Pixels[i] = (byte)((value * 255 + maxval / 2) / maxval);
        }
        return image;
    }

    /// <summary>Encodes an image as P5 (gray) or P6 (colour).</summary>
    public static byte[] Encode(Image image)
    {
        ArgumentNullException.ThrowIfNull(image);
        string kind = image.Channels == 1 ? "P5" : "P6";
        return [.. Encoding.ASCII.GetBytes($"{kind}\n{image.Width} {image.Height}\n255\n"), .. image.Pixels];
    }

    /// <summary>The next number; white space and comments (# to the end of the line) before it are skipped.</summary>
    private static int Number(byte[] bytes, ref int at, string name, string what, int min, int max)
    {
        while (at < bytes.Length && (IsSpace(bytes[at]) || bytes[at] == '#'))
        {
            if (bytes[at] == '#')
            {
                while (at < bytes.Length && bytes[at] is not ((byte)'\n' or (byte)'\r'))
                {
                    at++;
                }
            }
            else
            {
                at++;
            }
        }
        int start = at;
        long value = 0;
        while (at < bytes.Length && bytes[at] is >= (byte)'0' and <= (byte)'9' && value <= max)
        {
            value = value * 10 + bytes[at++] - '0';
        }
        if (at == start)
        {
            throw DataException.At(name, start, $"{what} is missing", "get a complete copy of the file");
        }
        if (value < min || value > max)
        {
            throw DataException.At(name, start, $"{what} is not in {min}..{max}", Advice);
        }
        return (int)value;
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or >= 9 and <= 13;
}
