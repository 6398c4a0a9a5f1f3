namespace Attune.Host.Data;

/// <summary>
/// Reads single image files - JPEG, PNG, BMP, GIF, WebP (<see cref="PictureFile"/>), PPM and PGM - and writes PNG, PPM
/// and PGM.
/// </summary>
public static class ImageFile
{
    private const int MaxBytes = 1 << 30;

    private static readonly string[] ReadableEndings =
    [
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".png",
        ".bmp",
        ".gif",
        ".webp",
        ".ppm",
        ".pgm",
        ".pnm",
    ];

    /// <summary>Endings of pictures that cannot be read; left out unnoticed they would be missing from a class.</summary>
    private static readonly string[] UnreadableEndings =
    [
        ".heic",
        ".heif",
        ".avif",
        ".tif",
        ".tiff",
        ".jp2",
        ".jxl",
        ".svg",
        ".dng",
        ".cr2",
        ".cr3",
        ".nef",
        ".arw",
        ".raw",
    ];

    /// <summary>Whether a file is a picture by its name's ending, be it one that can be read or not.</summary>
    public static bool IsPicture(string path)
    {
        string ending = Path.GetExtension(path);
        return ReadableEndings.Contains(ending, StringComparer.OrdinalIgnoreCase)
            || UnreadableEndings.Contains(ending, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Reads an image; its content, not its name, decides about the format.</summary>
    /// <exception cref="DataException">The file cannot be read or is no image of these formats.</exception>
    public static Image Read(string path)
    {
        byte[] bytes = DataFile.ReadAll(path, MaxBytes);
        return bytes is [(byte)'P', (byte)'2' or (byte)'3' or (byte)'5' or (byte)'6', ..]
            ? PortableMap.Decode(bytes, path)
            : PictureFile.Decode(bytes, path);
    }

    /// <summary>Writes an image; the name's ending (.png, .ppm or .pgm) chooses the format.</summary>
    /// <exception cref="DataException">The file cannot be written or its name has another ending.</exception>
    public static void Write(string path, Image image)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(image);
        byte[] bytes = (Path.GetExtension(path).ToUpperInvariant(), image.Channels) switch
        {
            (".PNG", _) => PictureFile.EncodePng(image),
            (".PPM", _) => PortableMap.Encode(image.WithChannels(3)),
            (".PGM", 1) => PortableMap.Encode(image),
            (".PGM", _) => throw new DataException($"{path}: a .pgm file holds gray images; name it .ppm or .png."),
            _ => throw new DataException($"{path}: images are written as .png, .ppm or .pgm; give such a name."),
        };
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }
}
