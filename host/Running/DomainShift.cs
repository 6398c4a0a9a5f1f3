using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Model;

namespace Attune.Host.Running;

/// <summary>
/// What can be said of a model and unlabelled samples: how sure it is of them, and how far the statistics of its channels are
/// from those of its calibration samples.
/// </summary>
/// <param name="Samples">Samples that were taken, evenly over the file.</param>
/// <param name="Entropy">Mean entropy of the predictions, nats; null: the outputs are no classes.</param>
/// <param name="MeanShift">
/// Mean over all channels of |mean - source mean| / source deviation, pre-activations; null: no source statistics.
/// </param>
/// <param name="Spread">Geometric mean over all channels of the greater of deviation / source deviation and its inverse.</param>
public sealed record DomainShift(int Samples, double? Entropy, double? MeanShift, double? Spread)
{
    /// <summary>More samples than these change no digit that matters.</summary>
    private const int Most = 500;

    /// <summary>Measures a model.</summary>
    /// <param name="file">The model.</param>
    /// <param name="path">Samples (.ats); labels are not used.</param>
    /// <param name="threads">1 or more; the result does not depend on it.</param>
    /// <exception cref="DataException">The samples cannot be read, or do not fit the model.</exception>
    public static DomainShift Of(AtmFile file, string path, int threads)
    {
        ArgumentNullException.ThrowIfNull(file);
        using SampleReader reader = SampleReader.Open(path);
        if (reader.Header.Elements != file.Elements(0))
        {
            throw new DataException(
                $"{path}: has samples of {reader.Header.Elements} values, the model's input has {file.Elements(0)}; pack them for this model"
            );
        }
        int count = Math.Min(Most, reader.Header.Count);
        bool classes = file.ClassCount > 0;
        double[] entropies = new double[count];
        var sums = new Int128[file.LayerCount][];
        int next = 0;
        Parallel.For(
            0,
            threads,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            _ =>
            {
                using var runner = new IntegerRunner(file);
                var own = new Int128[file.LayerCount][];
                sbyte[] logits = new sbyte[classes ? file.Elements(file.LogitsTensor) : 0];
                for (int place; (place = Interlocked.Increment(ref next) - 1) < count; )
                {
                    Sample sample = reader.Read((int)((long)place * reader.Header.Count / count));
                    runner.Measure(
                        Input(sample, reader.Header.Type),
                        (layer, first, second) => Add(own, layer, first, second)
                    );
                    if (classes)
                    {
                        runner.Read(file.LogitsTensor, logits);
                        entropies[place] = EntropyOf(file, logits);
                    }
                }
                lock (sums)
                {
                    Merge(sums, own);
                }
            }
        );
        var (shift, spread) = Compare(file, sums, count);
        return new DomainShift(count, classes ? entropies.Average() : null, shift, spread);
    }

    private static sbyte[] Input(Sample sample, SampleType type)
    {
        int flip = type == SampleType.UInt8 ? 0x80 : 0;
        return Array.ConvertAll(sample.Elements, value => (sbyte)(byte)(value ^ flip));
    }

    /// <summary>Entropy of the softmax of int8 scores, of the logistic function of a single one.</summary>
    private static double EntropyOf(AtmFile file, sbyte[] logits)
    {
        double scale = file.Single(file.LogitsTensor - 1, RecordField.OutputScale);
        double zero = file.Word(file.LogitsTensor - 1, RecordField.OutputZero);
        double[] scores = logits.Length == 1 ? [0, logits[0] - zero] : [.. logits.Select(value => (double)value)];
        double most = scores.Max();
        double[] parts = [.. scores.Select(score => Math.Exp(scale * (score - most)))];
        double total = parts.Sum();
        return Math.Log(total) - parts.Zip(scores, (part, score) => part * scale * (score - most)).Sum() / total;
    }

    private static void Add(Int128[][] sums, int layer, long[] first, long[] second)
    {
        Int128[] own = sums[layer] ??= new Int128[2 * first.Length];
        for (int channel = 0; channel < first.Length; channel++)
        {
            own[channel] += first[channel];
            own[first.Length + channel] += second[channel];
        }
    }

    private static void Merge(Int128[][] sums, Int128[][] own)
    {
        for (int layer = 0; layer < own.Length; layer++)
        {
            if (own[layer] is { } part)
            {
                sums[layer] ??= new Int128[part.Length];
                for (int i = 0; i < part.Length; i++)
                {
                    sums[layer][i] += part[i];
                }
            }
        }
    }

    private static (double? Shift, double? Spread) Compare(AtmFile file, Int128[][] sums, int samples)
    {
        double shift = 0;
        double spread = 0;
        int count = 0;
        for (int layer = 0; layer < file.LayerCount; layer++)
        {
            int at = file.Word(layer, RecordField.Statistics);
            if (sums[layer] is not { } measured || at <= 0)
            {
                continue;
            }
            int channels = measured.Length / 2;
            ReadOnlySpan<float> source = file.Float32(at, 2 * channels);
            long values = (long)samples * file.Elements(layer + 1) / channels;
            for (int channel = 0; channel < channels; channel++)
            {
                var (mean, variance) = Real(file, layer, channel, measured, values);
                double deviation = Math.Sqrt(source[channels + channel]);
                if (deviation > 0 && variance > 0)
                {
                    shift += Math.Abs(mean - source[channel]) / deviation;
                    spread += Math.Abs(Math.Log(Math.Sqrt(variance) / deviation));
                    count++;
                }
            }
        }
        return count == 0 ? (null, null) : (shift / count, Math.Exp(spread / count));
    }

    /// <summary>Mean and variance of a channel's pre-activations in real units, bias included.</summary>
    private static (double Mean, double Variance) Real(AtmFile file, int layer, int channel, Int128[] sums, long values)
    {
        int channels = sums.Length / 2;
        double scale =
            (double)file.Single(layer, RecordField.InputScale)
            * file.Float32(file.Word(layer, RecordField.Scales), channels)[channel];
        int bias = file.Word(layer, RecordField.Bias);
        double offset = bias >= 0 ? file.Int32(bias, channels)[channel] : 0;
        Int128 spread = values * sums[channels + channel] - sums[channel] * sums[channel];
        return (scale * ((double)sums[channel] / values + offset), scale * scale * ((double)spread / values / values));
    }
}
