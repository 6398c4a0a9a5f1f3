using Attune.Host.Reference.FloatOperators;
using Attune.Host.Reference.Training;
using Attune.Model;

namespace Attune.Host.Reference.Quantization;

/// <summary>The real range of every tensor of a network over calibration samples; 0 is always inside.</summary>
internal sealed class ActivationRanges
{
    private const int BatchSize = 16;
    private const int Bins = 4096;
    private readonly float[] minimum;
    private readonly float[] maximum;

    private ActivationRanges(int tensors)
    {
        minimum = new float[tensors];
        maximum = new float[tensors];
    }

    /// <summary>Runs the samples; a percentile below 100 needs a second run.</summary>
    public static ActivationRanges Measure(
        FloatNetwork network,
        ITrainingSamples samples,
        double percentile,
        int threads
    )
    {
        var ranges = new ActivationRanges(network.TensorCount);
        Run(network, samples, threads, ranges.Widen);
        if (percentile < 100)
        {
            ranges.Cut(network, samples, percentile, threads);
        }
        return ranges;
    }

    /// <summary>Range of a tensor.</summary>
    public (float Minimum, float Maximum) this[int tensor] => (minimum[tensor], maximum[tensor]);

    /// <summary>Widens the ranges of layers' outputs as the options say.</summary>
    public void MakeRoom(FloatNetwork network, QuantizationOptions options)
    {
        for (int tensor = 1; options.ActivationHeadroom > 1 && tensor < minimum.Length; tensor++)
        {
            FloatLayer layer = network.Layers[tensor - 1];
            if (OperatorTable.Of(layer).KeepsScale)
            {
                continue; // its input decides
            }
            bool averages = layer.Operator == Operators.Mean; // within the range of what it averages
            bool bounded = float.IsFinite(layer.Minimum) && float.IsFinite(layer.Maximum);
            double room = options.ActivationHeadroom;
            minimum[tensor] = bounded ? Math.Min(0, layer.Minimum) : (float)(minimum[tensor] * room);
            maximum[tensor] = bounded ? Math.Max(0, layer.Maximum) : (float)(maximum[tensor] * room);
            if (averages)
            {
                minimum[tensor] = Math.Max(minimum[tensor], minimum[layer.Input]);
                maximum[tensor] = Math.Min(maximum[tensor], maximum[layer.Input]);
            }
        }
        if (network.LogitsTensor >= 0)
        {
            ref float low = ref minimum[network.LogitsTensor];
            ref float high = ref maximum[network.LogitsTensor];
            low = Math.Min(low, -options.LeastLogit);
            high = Math.Max(high, options.LeastLogit);
        }
    }

    private static void Run(FloatNetwork network, ITrainingSamples samples, int threads, Action<int, float[]> receive)
    {
        var pass = new BatchPass(network, BatchSize, threads);
        for (int start = 0; start < samples.Count; start += BatchSize)
        {
            int size = Math.Min(BatchSize, samples.Count - start);
            for (int i = 0; i < size; i++)
            {
                samples.Read(start + i, pass.Input(i));
            }
            pass.Forward(size);
            for (int tensor = 0; tensor < network.TensorCount; tensor++)
            {
                for (int i = 0; i < size; i++)
                {
                    receive(tensor, pass.Tensor(tensor, i).ToArray());
                }
            }
        }
    }

    private void Widen(int tensor, float[] values)
    {
        foreach (float value in values)
        {
            minimum[tensor] = Math.Min(minimum[tensor], value);
            maximum[tensor] = Math.Max(maximum[tensor], value);
        }
    }

    /// <summary>Narrows each range to where the histogram holds the wanted share.</summary>
    private void Cut(FloatNetwork network, ITrainingSamples samples, double percentile, int threads)
    {
        var histograms = new long[network.TensorCount][];
        Run(
            network,
            samples,
            threads,
            (tensor, values) =>
            {
                long[] histogram = histograms[tensor] ??= new long[Bins];
                float width = BinWidth(tensor);
                foreach (float value in values)
                {
                    int bin = width > 0 ? (int)((value - minimum[tensor]) / width) : 0;
                    histogram[Math.Clamp(bin, 0, Bins - 1)]++;
                }
            }
        );
        for (int tensor = 0; tensor < histograms.Length; tensor++)
        {
            double tail = histograms[tensor].Sum() * (100 - percentile) / 200;
            float width = BinWidth(tensor);
            int low = 0;
            for (double seen = histograms[tensor][0]; seen <= tail; seen += histograms[tensor][++low]) { }
            int high = Bins - 1;
            for (double seen = histograms[tensor][high]; seen <= tail; seen += histograms[tensor][--high]) { }
            float start = minimum[tensor];
            minimum[tensor] = Math.Min(0, start + low * width);
            maximum[tensor] = Math.Max(0, start + (high + 1) * width);
        }
    }

    private float BinWidth(int tensor) => (maximum[tensor] - minimum[tensor]) / Bins;
}
