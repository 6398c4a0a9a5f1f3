using Attune.Host.Data;

namespace Attune.Tests.Data;

/// <summary>Files that a test makes; they go when it ends.</summary>
internal sealed class Files : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("attune-test-").FullName;

    /// <summary>A path in the folder; its own folders are made.</summary>
    public string Path(params string[] parts)
    {
        string path = System.IO.Path.Combine([folder, .. parts]);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        return path;
    }

    /// <summary>Writes a file and returns its path.</summary>
    public string Write(byte[] bytes, params string[] parts)
    {
        string path = Path(parts);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>An image of random pixels, the same for the same seed.</summary>
    public static Image RandomImage(int height, int width, int channels, ulong seed = 1)
    {
        var image = new Image(height, width, channels);
        var random = new RandomSequence(seed, 0);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            image.Pixels[i] = (byte)random.Below(256);
        }
        return image;
    }

    /// <summary>An image of one color.</summary>
    public static Image Flat(int height, int width, params byte[] color)
    {
        var image = new Image(height, width, color.Length);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            image.Pixels[i] = color[i % color.Length];
        }
        return image;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
