namespace Attune.Host.Data;

/// <summary>Reads and writes single image files: PNG, PPM and PGM.</summary>
public static class ImageFile
{
    private const int MaxBytes = 1 << 30;

    /// <summary>Reads an image; its content, not its name, decides about the format.</summary>
    /// <exception cref="DataException">The file cannot be read or is no image of these formats.</exception>
    public static Image Read(string path)
    {
        var bytes = DataFile.ReadAll(path, MaxBytes);
        if (bytes is [0xFF, 0xD8, ..])
        {
            throw DataException.At(
                path,
                0,
                "JPEG images are not supported",
                "convert the image to PNG, PPM or PGM with any image tool"
            );
        }
        return Png.IsPng(bytes) ? Png.Decode(bytes, path)
            : bytes is [(byte)'P', ..] ? PortableMap.Decode(bytes, path)
            : throw DataException.At(
                path,
                0,
                "this is no PNG, PPM or PGM image",
                "convert the image to one of these formats"
            );
    }

    /// <summary>Writes an image; the name's ending (.png, .ppm or .pgm) chooses the format.</summary>
    /// <exception cref="DataException">The file cannot be written or its name has another ending.</exception>
    public static void Write(string path, Image image)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(image);
        byte[] bytes = (Path.GetExtension(path).ToUpperInvariant(), image.Channels) switch
        {
            (".PNG", _) => Png.Encode(image),
            (".PPM", _) => PortableMap.Encode(image.WithChannels(3)),
            (".PGM", 1) => PortableMap.Encode(image),
            (".PGM", _) => throw new DataException($"{path}: a .pgm file holds gray images; name it .ppm or .png."),
            _ => throw new DataException($"{path}: images are written as .png, .ppm or .pgm; give such a name."),
        };
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }
}
