using Attune.Adaptation;
using Attune.Data;
using Attune.Execution;
using Attune.Host.Model;
using Attune.Memory;
using Attune.Model;

namespace Attune.Host.Import;

/// <summary>
/// Measures every channel's source statistics: mean and population variance of the pre-activation, in real units, over all
/// positions of all calibration samples, with the integer network itself (docs/ALGORITHM.md, Alignment).
/// </summary>
public static class Calibrator
{
    /// <summary>Runs the samples through the model and returns it with the statistics.</summary>
    /// <param name="file">The model.</param>
    /// <param name="samples">Clean samples like those that the network was trained on; labels are not used.</param>
    /// <param name="count">How many of them; at most all.</param>
    /// <param name="progress">Told the number of samples done.</param>
    /// <exception cref="ImportException">The samples do not fit the model's input.</exception>
    public static AtmFile Calibrate(AtmFile file, ISampleSource samples, int count, Action<int> progress)
    {
        AtmFile prepared = WithEmptyStatistics(file, count);
        using var probe = new Arena(16);
        probe.LoadModel(prepared.Bytes);
        int bytes = AlignmentPlan.OfAllLayers(new QuantizedModel(probe), probe).Peak;
        using var arena = new Arena(bytes);
        arena.LoadModel(prepared.Bytes);
        var model = new QuantizedModel(arena);
        if (samples.SampleBytes != model.TensorBytes(0))
        {
            throw new ImportException(
                $"--calibrate: the samples have {samples.SampleBytes} values, the model's input has {model.TensorBytes(0)}; pack them for this model"
            );
        }
        AlignmentPlan plan = AlignmentPlan.OfAllLayers(model, arena);
        var network = new Network(arena, model, plan);
        network.UseInference();
        var sums = new Int128[model.LayerCount][];
        var words = new int[4 * plan.WidestChannels];
        for (int index = 0; index < count; index++)
        {
            network.Load(samples, index);
            for (int layer = 0; layer < model.LayerCount; layer++)
            {
                bool measured = AlignmentOptions.CanAlign(model, layer);
                int channels = model.Channels(layer);
                if (measured)
                {
                    arena.Fill(plan.SumsAt[layer], 16 * channels, 0);
                }
                network.RunLayer(layer, measured ? RunMode.Statistics : 0, 0, 0);
                if (measured)
                {
                    arena.ReadWords(plan.SumsAt[layer], words, 0, 4 * channels);
                    Add(sums[layer] ??= new Int128[2 * channels], words);
                }
            }
            progress(index + 1);
        }
        var builder = AtmBuilder.From(prepared);
        for (int layer = 0; layer < model.LayerCount; layer++)
        {
            if (sums[layer] is { } measured)
            {
                float[] statistics = ToReal(file, layer, measured, (long)count * model.Positions(layer));
                builder.Attach<float>(layer, RecordField.Statistics, statistics);
            }
        }
        AtmFile calibrated = builder.Build();
        return InputFilter.Of(file) >= 0 ? InputFilter.Calibrate(calibrated, samples, count) : calibrated;
    }

    private static AtmFile WithEmptyStatistics(AtmFile file, int count)
    {
        var builder = AtmBuilder.From(file);
        builder.CalibrationSamples = count;
        for (int layer = 0; layer < file.LayerCount; layer++)
        {
            int[] record = builder.Record(layer);
            if (
                record[RecordField.Operator] is >= Operators.Conv2D and <= Operators.FullyConnected
                && record[RecordField.Spectrum] == 0
            )
            {
                int channels = record[RecordField.OutputN + 3];
                builder.Attach<float>(layer, RecordField.Statistics, new float[2 * channels]);
                if (record[RecordField.Bias] < 0)
                {
                    builder.Attach<int>(layer, RecordField.Bias, new int[channels]);
                }
            }
        }
        return builder.Build();
    }

    private static void Add(Int128[] sums, int[] words)
    {
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] += (uint)words[2 * i] | ((long)words[2 * i + 1] << 32);
        }
    }

    /// <summary>Means, then variances, from sums of accumulators without bias and of their squares.</summary>
    private static float[] ToReal(AtmFile file, int layer, Int128[] sums, long count)
    {
        int channels = sums.Length / 2;
        var result = new float[2 * channels];
        ReadOnlySpan<float> scales = file.Float32(file.Word(layer, RecordField.Scales), channels);
        int bias = file.Word(layer, RecordField.Bias);
        for (int channel = 0; channel < channels; channel++)
        {
            double scale = (double)file.Single(layer, RecordField.InputScale) * scales[channel];
            double offset = bias >= 0 ? file.Int32(bias, channels)[channel] : 0;
            double mean = (double)sums[channel] / count;
            Int128 spread = count * sums[channels + channel] - sums[channel] * sums[channel];
            result[channel] = (float)(scale * (mean + offset));
            result[channels + channel] = (float)(scale * scale * ((double)spread / count / count));
        }
        return result;
    }
}
