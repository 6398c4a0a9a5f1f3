using System.Runtime.InteropServices;
using System.Text;
using SkiaSharp;

namespace Attune.Host.Data;

/// <summary>
/// Pictures in the formats of cameras, phones and the web, decoded and encoded by SkiaSharp: JPEG, PNG, BMP, GIF (the
/// first frame) and WebP. A JPEG's EXIF orientation is applied. Transparency is dropped and the colours behind it stay,
/// as Keras and Pillow do; colour profiles are not applied.
/// </summary>
public static class PictureFile
{
    private const int PngColorTypeAt = 25;
    private const int PngGrayWithAlpha = 4;

    /// <summary>
    /// Pixels for a byte that no file of the formats but WebP can exceed: deflate holds 1032 bytes in one, of 8 pixels each.
    /// </summary>
    private const long MostPixelsForByte = 8256;

    /// <summary>How files of the formats that can be read begin.</summary>
    private static readonly byte[][] Starts =
    [
        [0xFF, 0xD8],
        [0x89, (byte)'P', (byte)'N', (byte)'G'],
        [.. "GIF8"u8],
        [.. "BM"u8],
        [.. "RIFF"u8],
    ];

    /// <summary>Formats that people have but that cannot be read: how their bytes begin, from which byte on.</summary>
    private static readonly (int At, byte[] Start, string What, string Advice)[] Others =
    [
        (0, LfsPointer.Start.ToArray(), "a Git LFS pointer, not the picture", "run 'git lfs pull'"),
        (4, "ftyphei"u8.ToArray(), "a HEIC picture", "convert it to JPEG"),
        (4, "ftypmif1"u8.ToArray(), "a HEIF picture", "convert it to JPEG"),
        (4, "ftypavif"u8.ToArray(), "an AVIF picture", "convert it to JPEG"),
        (0, "II*\0"u8.ToArray(), "a TIFF or raw picture", "convert it to PNG"),
        (0, "MM\0*"u8.ToArray(), "a TIFF or raw picture", "convert it to PNG"),
        (0, "%PDF"u8.ToArray(), "a PDF file", "export its pages as PNG"),
        (0, "<"u8.ToArray(), "a text file (HTML, XML or SVG)", "get the picture itself"),
        (0, "\0\0\u0001\0"u8.ToArray(), "an icon", "convert it to PNG"),
    ];

    /// <summary>Decodes a picture.</summary>
    /// <param name="bytes">The whole file; its content decides about the format.</param>
    /// <param name="name">The file's path, for messages.</param>
    /// <returns>One channel if the file is gray, else three.</returns>
    /// <exception cref="DataException">It is no such picture, is cut off or damaged, or is too large.</exception>
    public static Image Decode(byte[] bytes, string name)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        if (bytes.Length == 0)
        {
            throw new DataException($"{name}: the file is empty; get a complete copy of the picture.");
        }
        using var stream = new SKMemoryStream(bytes);
        using SKCodec? codec = SKCodec.Create(stream, out SKCodecResult opened);
        if (codec is null)
        {
            throw Refusal(bytes, name, opened);
        }
        SKImageInfo info = codec.Info;
        bool single = info.ColorType == SKColorType.Gray8;
        if (info.Width < 1 || info.Height < 1 || 3L * info.Width * info.Height > Image.MaxElements)
        {
            throw new DataException(
                $"{name}: {info.Width}x{info.Height} pixels (width x height) are more than {Image.MaxElements / 3}; make the picture smaller."
            );
        }
        if (
            codec.EncodedFormat != SKEncodedImageFormat.Webp
            && (long)info.Width * info.Height > MostPixelsForByte * bytes.Length
        )
        {
            throw new DataException(
                $"{name}: {info.Width}x{info.Height} pixels are announced, far more than {bytes.Length} bytes can hold; get a complete copy of it."
            );
        }
        var pixels = new byte[info.Width * info.Height * (single ? 1 : 4)];
        var wanted = new SKImageInfo(
            info.Width,
            info.Height,
            single ? SKColorType.Gray8 : SKColorType.Rgba8888,
            single || info.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul
        );
        SKCodecResult result = Read(codec, wanted, pixels);
        if (result != SKCodecResult.Success)
        {
            throw Damaged(name, $"{codec.EncodedFormat}".ToUpperInvariant(), result);
        }
        bool gray = single || IsGrayWithAlpha(bytes, codec.EncodedFormat);
        Image image = single
            ? new Image(info.Height, info.Width, 1, pixels)
            : WithoutAlpha(pixels, info.Height, info.Width, gray ? 1 : 3);
        return Upright(image, codec.EncodedOrigin);
    }

    /// <summary>The picture as a PNG file.</summary>
    public static byte[] EncodePng(Image image)
    {
        ArgumentNullException.ThrowIfNull(image);
        bool gray = image.Channels == 1;
        var info = new SKImageInfo(
            image.Width,
            image.Height,
            gray ? SKColorType.Gray8 : SKColorType.Rgba8888,
            SKAlphaType.Opaque
        );
        byte[] pixels = gray ? image.Pixels : WithAlpha(image);
        GCHandle pinned = GCHandle.Alloc(pixels, GCHandleType.Pinned);
        try
        {
            using var map = new SKPixmap(info, pinned.AddrOfPinnedObject());
            using SKData? data = map.Encode(SKEncodedImageFormat.Png, 100);
            return data?.ToArray() ?? throw new InvalidOperationException("SkiaSharp encoded no PNG");
        }
        finally
        {
            pinned.Free();
        }
    }

    private static SKCodecResult Read(SKCodec codec, SKImageInfo wanted, byte[] pixels)
    {
        GCHandle pinned = GCHandle.Alloc(pixels, GCHandleType.Pinned);
        try
        {
            return codec.GetPixels(wanted, pinned.AddrOfPinnedObject());
        }
        finally
        {
            pinned.Free();
        }
    }

    private static DataException Refusal(byte[] bytes, string name, SKCodecResult result)
    {
        foreach (var (at, start, what, advice) in Others)
        {
            if (bytes.AsSpan(Math.Min(at, bytes.Length)).StartsWith(start))
            {
                return new DataException($"{name}: this is {what}; {advice}.");
            }
        }
        return Starts.Any(start => bytes.AsSpan().StartsWith(start))
            ? Damaged(name, "picture", result)
            : new DataException(
                $"{name}: this is no JPEG, PNG, BMP, GIF, WebP, PPM or PGM picture; convert it to one of these."
            );
    }

    private static DataException Damaged(string name, string format, SKCodecResult result)
    {
        string what = result == SKCodecResult.IncompleteInput ? "ends too early" : "is damaged";
        return new DataException($"{name}: the {format} file {what}; get a complete copy of it.");
    }

    /// <summary>Skia decodes gray with alpha as colour; PNG's colour type tells them apart.</summary>
    private static bool IsGrayWithAlpha(byte[] bytes, SKEncodedImageFormat format) =>
        format == SKEncodedImageFormat.Png && bytes[PngColorTypeAt] == PngGrayWithAlpha;

    private static Image WithoutAlpha(byte[] rgba, int height, int width, int channels)
    {
        var image = new Image(height, width, channels);
        for (int from = 0, to = 0; from < rgba.Length; from += 4, to += channels)
        {
            rgba.AsSpan(from, channels).CopyTo(image.Pixels.AsSpan(to));
        }
        return image;
    }

    private static byte[] WithAlpha(Image image)
    {
        var rgba = new byte[image.Height * image.Width * 4];
        for (int from = 0, to = 0; to < rgba.Length; from += 3, to += 4)
        {
            image.Pixels.AsSpan(from, 3).CopyTo(rgba.AsSpan(to));
            rgba[to + 3] = 255;
        }
        return rgba;
    }

    /// <summary>Turns and mirrors as EXIF's orientation says, so that the scene stands upright.</summary>
    private static Image Upright(Image image, SKEncodedOrigin origin)
    {
        if (origin is SKEncodedOrigin.TopLeft or SKEncodedOrigin.Default)
        {
            return image;
        }
        bool turned = origin >= SKEncodedOrigin.LeftTop;
        bool right =
            origin
            is SKEncodedOrigin.TopRight
                or SKEncodedOrigin.BottomRight
                or SKEncodedOrigin.RightBottom
                or SKEncodedOrigin.LeftBottom;
        bool bottom =
            origin
            is SKEncodedOrigin.BottomRight
                or SKEncodedOrigin.BottomLeft
                or SKEncodedOrigin.RightTop
                or SKEncodedOrigin.RightBottom;
        var result = turned
            ? new Image(image.Width, image.Height, image.Channels)
            : new Image(image.Height, image.Width, image.Channels);
        for (int y = 0; y < result.Height; y++)
        {
            for (int x = 0; x < result.Width; x++)
            {
                int row = turned ? x : y;
                int column = turned ? y : x;
                int from = image.Offset(
                    bottom ? image.Height - 1 - row : row,
                    right ? image.Width - 1 - column : column
                );
                image.Pixels.AsSpan(from, image.Channels).CopyTo(result.Pixels.AsSpan(result.Offset(y, x)));
            }
        }
        return result;
    }
}
