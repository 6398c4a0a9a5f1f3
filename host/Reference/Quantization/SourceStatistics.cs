using Attune.Host.Model;
using Attune.Host.Running;
using Attune.Model;

namespace Attune.Host.Reference.Quantization;

/// <summary>
/// Source statistics of a model (docs/FORMATS.md): mean and population variance of every output channel's pre-activation
/// over all positions of the calibration samples, in real units, bias included. They are measured on the integer network.
/// </summary>
public static class SourceStatistics
{
    /// <summary>The model with statistics of these samples, replacing earlier ones.</summary>
    public static AtmFile Measure(AtmFile model, ITrainingSamples samples)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples.Count, 1);
        using var runner = new IntegerRunner(model);
        var first = new double[model.LayerCount][];
        var second = new double[model.LayerCount][];
        var real = new float[runner.Size(0)];
        var quantized = new sbyte[real.Length];
        for (int index = 0; index < samples.Count; index++)
        {
            samples.Read(index, real);
            InputQuantizer.Quantize(model, real, quantized);
            runner.Measure(
                quantized,
                (layer, sums, squares) =>
                {
                    first[layer] ??= new double[sums.Length];
                    second[layer] ??= new double[sums.Length];
                    for (int channel = 0; channel < sums.Length; channel++)
                    {
                        first[layer][channel] += sums[channel];
                        second[layer][channel] += squares[channel];
                    }
                }
            );
        }
        var builder = AtmBuilder.From(model);
        builder.CalibrationSamples = samples.Count;
        for (int layer = 0; layer < model.LayerCount; layer++)
        {
            if (first[layer] != null)
            {
                float[] statistics = Real(model, layer, first[layer], second[layer], samples.Count);
                builder.Attach<float>(layer, RecordField.Statistics, statistics);
            }
        }
        return builder.Build();
    }

    private static float[] Real(AtmFile model, int layer, double[] sums, double[] squares, int samples)
    {
        int channels = sums.Length;
        double count =
            (double)samples
            * model.Word(layer, RecordField.OutputN)
            * model.Word(layer, RecordField.OutputN + 1)
            * model.Word(layer, RecordField.OutputN + 2);
        int biasAt = model.Word(layer, RecordField.Bias);
        var statistics = new float[2 * channels];
        for (int channel = 0; channel < channels; channel++)
        {
            double unit = FloatLayer.WeightScale(model, layer, channel) * model.Single(layer, RecordField.InputScale);
            double mean = sums[channel] / count;
            double variance = Math.Max(0, squares[channel] / count - mean * mean);
            int bias = biasAt < 0 ? 0 : model.Int32(biasAt + 4 * channel, 1)[0];
            statistics[channel] = (float)(unit * (mean + bias));
            statistics[channels + channel] = (float)(unit * unit * variance);
        }
        return statistics;
    }
}
