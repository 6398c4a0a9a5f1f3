using Attune.Host.Model;
using Attune.Host.Shell;

namespace Attune.Host.Data;

/// <summary>An input to classify.</summary>
/// <param name="Name">The file, with the sample's number if it has several.</param>
/// <param name="Label">Number of its class, or -1.</param>
/// <param name="Values">The model's int8 input.</param>
public sealed record ClassifierInput(string Name, int Label, byte[] Values);

/// <summary>Turns the files of a command line into a model's inputs: pictures, folders of them, .ats and .npy files.</summary>
/// <param name="model">The model.</param>
/// <param name="form">The form of its pictures; null: it takes none.</param>
/// <param name="quantizer">Makes pictures its input; asked for only if there is a picture.</param>
public sealed class ClassifierInputs(AtmFile model, PictureForm? form, Func<PixelQuantizer> quantizer)
{
    private PixelQuantizer? made;

    /// <summary>The inputs of a file or folder, read one after the other.</summary>
    /// <exception cref="DataException">It cannot be read or does not fit the model.</exception>
    public IEnumerable<ClassifierInput> Of(string path)
    {
        if (Directory.Exists(path))
        {
            string[] files = [.. Pictures(path)];
            return files.Length > 0
                ? files.Select(Picture)
                : throw new DataException(
                    $"{path}: there is no picture in this folder; give pictures, .ats or .npy files."
                );
        }
        return Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".ATS" => Samples(path),
            ".NPY" => Arrays(path),
            _ => [Picture(path)],
        };
    }

    /// <summary>The pictures of a folder and of the folders in it, in ordinal order; hidden ones are passed over.</summary>
    private static IEnumerable<string> Pictures(string folder)
    {
        string[] files = Directory.GetFiles(folder);
        string[] folders = Directory.GetDirectories(folder);
        Array.Sort(files, string.CompareOrdinal);
        Array.Sort(folders, string.CompareOrdinal);
        return files
            .Where(path => !ClassFolders.IsHidden(path) && ImageFile.IsPicture(path))
            .Concat(folders.Where(path => !ClassFolders.IsHidden(path)).SelectMany(Pictures));
    }

    private ClassifierInput Picture(string path) => new(path, -1, Quantize(ImageFile.Read(path)));

    private byte[] Quantize(Image image)
    {
        if (form is null)
        {
            throw new DataException(
                $"the model's input is {string.Join('x', model.InputShape[1..])}, which is no picture; give samples (.ats)."
            );
        }
        made ??= quantizer();
        return made.Quantize(form.Apply(image));
    }

    private IEnumerable<ClassifierInput> Samples(string path)
    {
        foreach (string suspicion in SampleCheck.Require(model, path))
        {
            Terminal.Note($"attune: {suspicion}");
        }
        using SampleReader reader = SampleReader.Open(path);
        SampleHeader header = reader.Header;
        if (header.Elements != model.Elements(0))
        {
            throw new DataException(
                $"{path}: samples of {header.Height}x{header.Width}x{header.Channels}, the model takes {string.Join('x', model.InputShape[1..])}; pack them for this model."
            );
        }
        int flip = header.Type == SampleType.UInt8 ? 0x80 : 0;
        for (int position = 0; position < header.Count; position++)
        {
            Sample sample = reader.Read(position);
            byte[] values = Array.ConvertAll(sample.Elements, value => (byte)(value ^ flip));
            yield return new ClassifierInput($"{path} {position}", sample.Label, values);
        }
    }

    private IEnumerable<ClassifierInput> Arrays(string path)
    {
        using NumpyImageSet images = NumpyImageSet.Open(path, null);
        foreach (LabeledImage image in images.ReadAll())
        {
            yield return new ClassifierInput($"{path} {image.Index}", -1, Quantize(image.Image));
        }
    }
}
