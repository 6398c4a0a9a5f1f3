using Attune.Host.Model;
using Attune.Model;

namespace Attune.Host.Import;

/// <summary>Opens a model file given on the command line: .atm as it is, .tflite through the importer.</summary>
public static class ModelLoader
{
    /// <summary>Reads and checks a model.</summary>
    /// <exception cref="ModelException">The .atm file is not sound; names the file.</exception>
    /// <exception cref="ImportException">The .tflite file cannot be taken; names the file.</exception>
    public static AtmFile Load(string path)
    {
        byte[] bytes = Read(path);
        try
        {
            RequireNetwork(path, bytes);
            return IsTflite(bytes) ? TfliteImporter.Import(bytes).File : AtmFile.Parse(bytes);
        }
        catch (ModelException error)
        {
            throw new ModelException($"{path}: {error.Message}");
        }
        catch (ImportException error)
        {
            throw new ImportException($"{path}: {error.Message}");
        }
    }

    /// <summary>Reads a whole file of at most 1 GiB.</summary>
    public static byte[] Read(string path)
    {
        var info = new FileInfo(path);
        if (Directory.Exists(path))
        {
            throw new ImportException($"{path}: is a folder; give the .atm or .tflite file");
        }
        if (!info.Exists)
        {
            throw Directory.Exists(path)
                ? new ImportException($"{path}: is a folder; give a model file (.atm or .tflite)")
                : new FileNotFoundException($"{path}: there is no such file");
        }
        if (info.Length == 0)
        {
            throw new ImportException($"{path}: the file is empty; copy it again, or import it again");
        }
        if (info.Length > 1 << 30)
        {
            throw new ImportException($"{path}: has {info.Length} bytes, a model has at most {1 << 30}");
        }
        return File.ReadAllBytes(path);
    }

    /// <summary>Refuses files that are known to be something else than a .tflite or .atm network.</summary>
    /// <exception cref="ImportException">Says what the file is and what to give instead.</exception>
    public static void RequireNetwork(string path, byte[] bytes)
    {
        if (!IsTflite(bytes) && ForeignFile.Describe(path, bytes) is { } what)
        {
            throw new ImportException(what);
        }
    }

    /// <summary>Whether bytes carry the file identifier of TensorFlow Lite.</summary>
    public static bool IsTflite(byte[] bytes) => bytes.Length >= 8 && bytes.AsSpan(4, 4).SequenceEqual("TFL3"u8);
}
