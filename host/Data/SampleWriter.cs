using System.Buffers.Binary;
using Attune.Data;
using Attune.Host.Model;
using Attune.Kernels;

namespace Attune.Host.Data;

/// <summary>Writes sample files (.ats, docs/FORMATS.md).</summary>
public static class SampleWriter
{
    /// <summary>Writes a file; an existing one is replaced when the new one is complete.</summary>
    /// <param name="path">The file to make.</param>
    /// <param name="header">What it holds.</param>
    /// <param name="samples">As many samples as the header says; they are taken one at a time.</param>
    /// <exception cref="DataException">
    /// The header, the number of samples, a label or a sample's size does not fit, or the file cannot be written.
    /// </exception>
    public static void Write(string path, SampleHeader header, IEnumerable<Sample> samples)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(samples);
        if (header.Fault is (_, string reason))
        {
            throw new DataException($"{path}: {reason}; choose other samples.");
        }
        byte[] names = ClassNames.Encode(header.ClassNames);
        AtomicFile.Write(
            path,
            stream =>
            {
                stream.Write(HeaderBytes(header, names));
                var record = new byte[header.RecordBytes];
                int count = 0;
                foreach (var sample in samples)
                {
                    if (count == header.Count)
                    {
                        count++;
                        break;
                    }
                    Fill(record, path, header, sample, count++);
                    stream.Write(record);
                }
                stream.Write(names);
                if (count != header.Count)
                {
                    string amount = count < header.Count ? $"only {count}" : "more";
                    throw new DataException($"{path}: {header.Count} samples are announced but {amount} given.");
                }
            }
        );
    }

    /// <summary>Writes a set of images.</summary>
    /// <param name="path">The file to make; an existing one is replaced when the new one is complete.</param>
    /// <param name="images">The images; not held in memory.</param>
    /// <param name="quantizer">
    /// Makes samples for one model, which the file says: int8, or uint8 where these are pixel - 128; null: pixels as uint8.
    /// </param>
    /// <param name="labels">Gets the label of every image, if not null.</param>
    /// <param name="progress">Told the number of images written so far; may be null.</param>
    /// <param name="checks">Whether samples that are nearly constant or saturated as the model's input are refused.</param>
    /// <exception cref="DataException">
    /// An image cannot be read, the file cannot be written, or the samples are refused; then there is no new file.
    /// </exception>
    public static void Write(
        string path,
        ImageSet images,
        PixelQuantizer? quantizer,
        ICollection<int>? labels = null,
        Action<int>? progress = null,
        bool checks = false
    )
    {
        ArgumentNullException.ThrowIfNull(images);
        bool pixels = quantizer is null || quantizer.DistanceFromShift == 0;
        var header = new SampleHeader(
            images.Count,
            images.Height,
            images.Width,
            images.Channels,
            pixels ? SampleType.UInt8 : SampleType.Int8,
            images.Classes.Count
        )
        {
            ClassNames = images.Classes,
            InputScale = quantizer?.Scale ?? 0,
            InputZero = quantizer?.ZeroPoint ?? 0,
        };
        PixelHistogram? histogram = checks && quantizer is not null ? new PixelHistogram(images.Channels) : null;
        Write(path, header, Samples());

        IEnumerable<Sample> Samples()
        {
            int done = 0;
            foreach (var (image, label, _) in images.ReadAll())
            {
                histogram?.Add(image);
                labels?.Add(label);
                yield return new Sample(label, pixels ? image.Pixels : quantizer!.Quantize(image));
                progress?.Invoke(++done);
            }
            if (histogram?.Fault(quantizer!) is { } fault)
            {
                throw new DataException($"{path}: {fault}.");
            }
        }
    }

    private static byte[] HeaderBytes(SampleHeader header, byte[] names)
    {
        int[] words =
        [
            SampleFormat.Magic,
            SampleFormat.Version,
            header.Count,
            header.Height,
            header.Width,
            header.Channels,
            (int)header.Type,
            header.Classes,
            (int)header.RecordBytes,
            names.Length,
            (int)ClassNames.Checksum(names),
            BitConverter.SingleToInt32Bits(header.InputScale),
            header.InputZero,
        ];
        var bytes = new byte[SampleFormat.HeaderBytes];
        for (int i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4 * i), words[i]);
        }
        Seal(bytes);
        return bytes;
    }

    private static void Fill(byte[] record, string path, SampleHeader header, Sample sample, int number)
    {
        if (sample.Elements.Length != header.Elements)
        {
            throw new DataException(
                $"{path}: sample {number} has {sample.Elements.Length} elements, but {header.Height}x{header.Width}x{header.Channels} are announced; give samples of one shape."
            );
        }
        if (!header.Allows(sample.Label))
        {
            throw new DataException(
                $"{path}: sample {number} has label {sample.Label}, but there are {header.Classes} classes; give labels 0..classes-1, or -1 and no classes."
            );
        }
        BinaryPrimitives.WriteInt32LittleEndian(record, sample.Label);
        sample.Elements.CopyTo(record, 4);
        Seal(record);
    }

    /// <summary>Puts the CRC of everything before into the last four bytes.</summary>
    private static void Seal(byte[] bytes) =>
        BinaryPrimitives.WriteUInt32LittleEndian(
            bytes.AsSpan(bytes.Length - 4),
            Native.Crc32(bytes, 0, bytes.Length - 4, 0)
        );
}
