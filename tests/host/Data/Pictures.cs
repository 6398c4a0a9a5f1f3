using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Attune.Host.Data;
using SkiaSharp;

namespace Attune.Tests.Data;

/// <summary>Picture files as cameras and programs write them.</summary>
internal static class Pictures
{
    /// <summary>The image as a JPEG file whose scene stands upright when it is turned as EXIF's orientation says.</summary>
    /// <param name="image">The upright scene.</param>
    /// <param name="orientation">EXIF's number, 1..8; 0: the file has no EXIF.</param>
    public static byte[] Jpeg(Image image, int orientation = 0)
    {
        byte[] file = Encode(Stored(image, orientation), SKEncodedImageFormat.Jpeg);
        return orientation == 0 ? file : [.. file[..2], .. Exif(orientation), .. file[2..]];
    }

    /// <summary>The image as a lossless WebP file.</summary>
    public static byte[] WebP(Image image)
    {
        using SKPixmap map = Pixels(image.WithChannels(3), out GCHandle pinned);
        using SKData data = map.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 100))!;
        pinned.Free();
        return data.ToArray();
    }

    /// <summary>The image as a BMP file of 24 bits.</summary>
    public static byte[] Bmp(Image image)
    {
        int stride = (image.Width * 3 + 3) & ~3;
        var file = new byte[54 + stride * image.Height];
        "BM"u8.CopyTo(file);
        void Put(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        Put(2, file.Length);
        Put(10, 54);
        Put(14, 40);
        Put(18, image.Width);
        Put(22, image.Height);
        Put(26, 1 | 24 << 16);
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                int to = 54 + (image.Height - 1 - y) * stride + 3 * x;
                int from = image.Offset(y, x);
                (file[to], file[to + 1], file[to + 2]) = (
                    image.Pixels[from + 2],
                    image.Pixels[from + 1],
                    image.Pixels[from]
                );
            }
        }
        return file;
    }

    /// <summary>A GIF file of two frames, of one colour each.</summary>
    public static byte[] Gif(byte[] first, byte[] second)
    {
        // 2x2 pixels; codes of 3 bits: clear, four times the colour, end (LZW without a table).
        byte[] Frame(int color)
        {
            int[] codes = [4, color, color, 4, color, color, 5];
            int bits = 0;
            for (int i = 0; i < codes.Length; i++)
            {
                bits |= codes[i] << (3 * i);
            }
            return
            [
                0x2C,
                .. (byte[])[0, 0, 0, 0, 2, 0, 2, 0, 0],
                2,
                3,
                (byte)bits,
                (byte)(bits >> 8),
                (byte)(bits >> 16),
                0,
            ];
        }
        return
        [
            .. "GIF89a"u8,
            .. (byte[])[2, 0, 2, 0, 0x81, 0, 0],
            .. first,
            .. second,
            .. new byte[6],
            .. Frame(0),
            .. Frame(1),
            0x3B,
        ];
    }

    private static byte[] Encode(Image image, SKEncodedImageFormat format)
    {
        using SKPixmap map = Pixels(image, out GCHandle pinned);
        using SKData data = map.Encode(format, 95)!;
        pinned.Free();
        return data.ToArray();
    }

    private static SKPixmap Pixels(Image image, out GCHandle pinned)
    {
        bool gray = image.Channels == 1;
        byte[] pixels = gray
            ? image.Pixels
            :
            [
                .. Enumerable
                    .Range(0, image.Height * image.Width)
                    .SelectMany(at => (byte[])[.. image.Pixels.AsSpan(3 * at, 3), 255]),
            ];
        pinned = GCHandle.Alloc(pixels, GCHandleType.Pinned);
        var info = new SKImageInfo(
            image.Width,
            image.Height,
            gray ? SKColorType.Gray8 : SKColorType.Rgba8888,
            SKAlphaType.Opaque
        );
        return new SKPixmap(info, pinned.AddrOfPinnedObject());
    }

    /// <summary>
    /// What a camera held that way stores. EXIF names the sides of the scene where row 0 and column 0 of the file are:
    /// 2 top right, 3 bottom right, 4 bottom left, 5 left top, 6 right top, 7 right bottom, 8 left bottom.
    /// </summary>
    private static Image Stored(Image scene, int orientation)
    {
        bool turned = orientation >= 5;
        var stored = turned
            ? new Image(scene.Width, scene.Height, scene.Channels)
            : new Image(scene.Height, scene.Width, scene.Channels);
        for (int row = 0; row < stored.Height; row++)
        {
            for (int column = 0; column < stored.Width; column++)
            {
                var (y, x) = orientation switch
                {
                    2 => (row, scene.Width - 1 - column),
                    3 => (scene.Height - 1 - row, scene.Width - 1 - column),
                    4 => (scene.Height - 1 - row, column),
                    5 => (column, row),
                    6 => (column, scene.Width - 1 - row),
                    7 => (scene.Height - 1 - column, scene.Width - 1 - row),
                    8 => (scene.Height - 1 - column, row),
                    _ => (row, column),
                };
                scene
                    .Pixels.AsSpan(scene.Offset(y, x), scene.Channels)
                    .CopyTo(stored.Pixels.AsSpan(stored.Offset(row, column)));
            }
        }
        return stored;
    }

    /// <summary>The segment APP1 with one entry, the orientation.</summary>
    private static byte[] Exif(int orientation)
    {
        byte[] entry = [0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0];
        byte[] body = [.. "Exif\0\0II*\0"u8, 8, 0, 0, 0, 1, 0, .. entry, 0, 0, 0, 0];
        return [0xFF, 0xE1, 0, (byte)(body.Length + 2), .. body];
    }
}
