using Attune.Host.Model;
using Attune.Model;

namespace Attune.Host.Data;

/// <summary>Whether a sample file goes with a model: its classes, and how its values were quantized.</summary>
public static class SampleCheck
{
    private const int Looked = 200;
    private const double LeastDeviation = 2;
    private const double MostEnds = 0.98;

    /// <summary>Refuses samples of other classes or of another quantization than the model's.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The samples (.ats).</param>
    /// <returns>What is suspicious, one sentence each: values that look as if they were quantized for another input.</returns>
    /// <exception cref="DataException">They do not go together; names the first class that differs.</exception>
    public static IReadOnlyList<string> Require(AtmFile model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        using SampleReader reader = SampleReader.Open(path);
        RequireClasses(model, reader.Header, path);
        SampleHeader header = reader.Header;
        bool declared = header.InputScale > 0;
        if (declared && (header.InputScale != model.InputScale || header.InputZero != model.InputZero))
        {
            throw new DataException(
                $"{path}: quantized with scale {header.InputScale:G9} and zero point {header.InputZero}, the model's input has {model.InputScale:G9} and {model.InputZero}; pack them again with --model."
            );
        }
        return [.. Suspicions(model, reader, path, declared)];
    }

    /// <summary>Refuses another number of classes than the model's, or other names.</summary>
    /// <param name="model">The model; if its outputs are no classes, labels do not matter.</param>
    /// <param name="header">Of the samples; without labels nothing is refused.</param>
    /// <param name="path">The samples, for messages.</param>
    /// <exception cref="DataException">They differ.</exception>
    public static void RequireClasses(AtmFile model, SampleHeader header, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(header);
        if (header.Classes == 0 || model.ClassCount == 0)
        {
            return;
        }
        if (header.Classes != model.ClassCount)
        {
            string names = header.ClassNames.Count > 0 ? $" ({Some(header.ClassNames)})" : "";
            throw new DataException(
                $"{path}: {header.Classes} classes{names}, the model has {model.ClassCount}; pack them with --classes, the names of the model's classes in its order."
            );
        }
        if (header.ClassNames.Count == 0 || model.ClassNames.Count == 0)
        {
            return;
        }
        for (int i = 0; i < model.ClassCount; i++)
        {
            if (header.ClassNames[i] != model.ClassNames[i])
            {
                throw new DataException(
                    $"{path}: class {i} is \"{header.ClassNames[i]}\", the model's is \"{model.ClassNames[i]}\"; pack them with --model, or import the model with the right --classes."
                );
            }
        }
    }

    private static IEnumerable<string> Suspicions(AtmFile model, SampleReader reader, string path, bool declared)
    {
        SampleHeader header = reader.Header;
        InputRange? range = model.InputRange ?? InputRange.Guess(model.InputScale, model.InputZero);
        bool pixels = header.Type == SampleType.UInt8 && !declared && header.Channels is 1 or 3;
        if (pixels && range is not null && range.Fits(header.Channels))
        {
            int distance = new PixelQuantizer(range, model.InputScale, model.InputZero).DistanceFromShift;
            if (distance > 1)
            {
                yield return $"{path}: the values are pixels, not quantized for this model (up to {distance} steps away); pack them with --model";
            }
        }
        ValueHistogram values = Values(reader);
        if (values.Deviation < LeastDeviation)
        {
            yield return $"{path}: the samples are nearly constant: {values.Picture()}; were they quantized for this model?";
        }
        else if (values.Ends > MostEnds)
        {
            yield return $"{path}: {100 * values.Ends:F0} % of the values are -128 or 127: {values.Picture()}; were they quantized for this model?";
        }
    }

    /// <summary>The values of the first samples, as the model reads them.</summary>
    private static ValueHistogram Values(SampleReader reader)
    {
        var values = new ValueHistogram();
        int flip = reader.Header.Type == SampleType.UInt8 ? 0x80 : 0;
        for (int position = 0; position < Math.Min(Looked, reader.Header.Count); position++)
        {
            foreach (byte element in reader.Read(position).Elements)
            {
                values.Add((sbyte)(element ^ flip), 1);
            }
        }
        return values;
    }

    private static string Some(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(5)) + (names.Count > 5 ? ", ..." : "");
}
