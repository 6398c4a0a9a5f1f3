namespace Attune.Host.Reference.Training;

/// <summary>Batch normalisation of one layer over a batch: its pre-normalisation values z and both directions.</summary>
internal sealed class NormalizationPass
{
    private const double RunningShare = 0.1; // of the newest batch in the running statistics

    private readonly FloatLayer layer;
    private readonly BatchNorm normalization;
    private readonly SlotSchedule schedule;
    private readonly float[] raw;
    private readonly double[][] firstSums;
    private readonly double[][] secondSums;
    private double[] mean = [];
    private double[] variance = [];

    public NormalizationPass(FloatLayer layer, int capacity, SlotSchedule schedule)
    {
        this.layer = layer;
        this.schedule = schedule;
        normalization = layer.Normalization!;
        raw = new float[layer.OutputCount * capacity];
        firstSums = [.. Enumerable.Range(0, schedule.Slots).Select(_ => new double[layer.Channels])];
        secondSums = [.. Enumerable.Range(0, schedule.Slots).Select(_ => new double[layer.Channels])];
    }

    /// <summary>Where the layer's operator writes.</summary>
    public Span<float> Raw(int sample) => raw.AsSpan(sample * layer.OutputCount, layer.OutputCount);

    /// <summary>Writes the normalised values, not clamped. In training with the batch's statistics, else the running ones.</summary>
    public void Forward(float[] output, int samples, bool training)
    {
        int channels = layer.Channels;
        if (training)
        {
            Sum(raw, raw, samples);
            double elements = (double)samples * layer.Positions;
            mean = Total(firstSums, elements);
            variance = Total(secondSums, elements);
            for (int channel = 0; channel < channels; channel++)
            {
                variance[channel] = Math.Max(0, variance[channel] - mean[channel] * mean[channel]);
                normalization.RunningMean[channel] +=
                    RunningShare * (mean[channel] - normalization.RunningMean[channel]);
                normalization.RunningVariance[channel] +=
                    RunningShare * (variance[channel] - normalization.RunningVariance[channel]);
            }
        }
        else
        {
            mean = normalization.RunningMean;
            variance = normalization.RunningVariance;
        }
        var scale = new float[channels];
        var shift = new float[channels];
        for (int channel = 0; channel < channels; channel++)
        {
            double factor = normalization.Gamma[channel] * InverseDeviation(channel);
            scale[channel] = (float)factor;
            shift[channel] = (float)(normalization.Beta[channel] - factor * mean[channel]);
        }
        schedule.Run(
            samples,
            (_, from, to) =>
            {
                for (int at = from * layer.OutputCount; at < to * layer.OutputCount; at += channels)
                {
                    RowMath.MultiplyAdd(output.AsSpan(at, channels), raw.AsSpan(at, channels), scale, shift);
                }
            }
        );
    }

    /// <summary>
    /// Turns d loss / d y into d loss / d z in place, after a training pass:
    /// dz = gamma / sd * (dy - mean(dy) - zhat * mean(dy * zhat)); adds the gradients of gamma and beta.
    /// </summary>
    public void Backward(float[] gradient, int samples, Span<float> gammaGradient, Span<float> betaGradient)
    {
        int channels = layer.Channels;
        double elements = (double)samples * layer.Positions;
        Sum(gradient, raw, samples);
        double[] sum = Total(firstSums, 1);
        double[] dot = Total(secondSums, 1);
        var ofGradient = new float[channels];
        var ofRaw = new float[channels];
        var constant = new float[channels];
        for (int channel = 0; channel < channels; channel++)
        {
            double inverse = InverseDeviation(channel);
            double gamma = (dot[channel] - mean[channel] * sum[channel]) * inverse;
            gammaGradient[channel] += (float)gamma;
            betaGradient[channel] += (float)sum[channel];
            double factor = normalization.Gamma[channel] * inverse;
            double slope = -factor * inverse * gamma / elements;
            ofGradient[channel] = (float)factor;
            ofRaw[channel] = (float)slope;
            constant[channel] = (float)(-factor * sum[channel] / elements - slope * mean[channel]);
        }
        schedule.Run(
            samples,
            (_, from, to) =>
            {
                for (int at = from * layer.OutputCount; at < to * layer.OutputCount; at += channels)
                {
                    var row = gradient.AsSpan(at, channels);
                    RowMath.MultiplyAdd(row, row, ofGradient, constant);
                    RowMath.AddProduct(row, raw.AsSpan(at, channels), ofRaw);
                }
            }
        );
    }

    private double InverseDeviation(int channel) => 1 / Math.Sqrt(variance[channel] + BatchNorm.Epsilon);

    /// <summary>By slot and channel: the sum of a and of a * b; within a sample in FP32, across samples in double.</summary>
    private void Sum(float[] a, float[] b, int samples) =>
        schedule.Run(
            samples,
            (slot, from, to) =>
            {
                int channels = layer.Channels;
                var first = new float[channels];
                var second = new float[channels];
                Array.Clear(firstSums[slot]);
                Array.Clear(secondSums[slot]);
                for (int sample = from; sample < to; sample++)
                {
                    Array.Clear(first);
                    Array.Clear(second);
                    int end = (sample + 1) * layer.OutputCount;
                    for (int at = sample * layer.OutputCount; at < end; at += channels)
                    {
                        RowMath.Add(first, a.AsSpan(at, channels));
                        RowMath.AddProduct(second, a.AsSpan(at, channels), b.AsSpan(at, channels));
                    }
                    for (int channel = 0; channel < channels; channel++)
                    {
                        firstSums[slot][channel] += first[channel];
                        secondSums[slot][channel] += second[channel];
                    }
                }
            }
        );

    private double[] Total(double[][] sums, double divisor)
    {
        var total = new double[layer.Channels];
        foreach (double[] slot in sums)
        {
            for (int channel = 0; channel < total.Length; channel++)
            {
                total[channel] += slot[channel];
            }
        }
        for (int channel = 0; channel < total.Length; channel++)
        {
            total[channel] /= divisor;
        }
        return total;
    }
}
