namespace Attune.Host.Data;

/// <summary>
/// A file of CIFAR-10's "binary version" (Krizhevsky 2009): records of 1 label byte and 32x32 red, green and blue
/// bytes, plane after plane.
/// </summary>
public sealed class Cifar10File : ImageSet
{
    private const int Side = 32;
    private const int Plane = Side * Side;
    private const int RecordBytes = 1 + 3 * Plane;

    private readonly DataFile file;

    private Cifar10File(DataFile file)
        : base((int)(file.Length / RecordBytes), Side, Side, 3, ClassNames, file) => this.file = file;

    /// <summary>The ten classes, in the order of the labels.</summary>
    public static IReadOnlyList<string> ClassNames { get; } =
    ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>Opens data_batch_1.bin .. data_batch_5.bin or test_batch.bin.</summary>
    /// <exception cref="DataException">The file cannot be read or its size is not a multiple of 3073 bytes.</exception>
    public static Cifar10File Open(string path)
    {
        var file = DataFile.Open(path);
        if (file.Length == 0 || file.Length % RecordBytes != 0 || file.Length / RecordBytes > int.MaxValue)
        {
            file.Dispose();
            throw DataException.At(
                path,
                file.Length / RecordBytes * RecordBytes,
                $"{file.Length} bytes are no whole number of {RecordBytes}-byte records",
                "get a complete .bin file of CIFAR-10's binary version"
            );
        }
        return new Cifar10File(file);
    }

    /// <inheritdoc/>
    protected override LabeledImage ReadCore(int position)
    {
        long offset = (long)position * RecordBytes;
        Span<byte> record = stackalloc byte[RecordBytes];
        file.Read(offset, record);
        if (record[0] >= ClassNames.Count)
        {
            throw DataException.At(
                file.Path,
                offset,
                $"record {position} has label {record[0]}, but labels are 0..9",
                "use the binary version of CIFAR-10 (not CIFAR-100, which has two label bytes)"
            );
        }
        var image = new Image(Side, Side, 3);
        for (int channel = 0; channel < 3; channel++)
        {
            var plane = record.Slice(1 + channel * Plane, Plane);
            for (int i = 0; i < Plane; i++)
            {
                image.Pixels[3 * i + channel] = plane[i];
            }
        }
        return new LabeledImage(image, record[0], position);
    }
}
