using Attune.Model;

namespace Attune.Host.Reference.FloatOperators;

/// <summary>SOFTMAX over c for each of n*h*w rows.</summary>
internal static class SoftmaxOperator
{
    private const int IntegerBits = 5; // of the fixed-point difference (Q5.26)

    public static void Forward(FloatLayer layer, in LayerCall call)
    {
        int channels = layer.Channels;
        for (int at = 0; at < call.Input.Length; at += channels)
        {
            var logits = call.Input.Slice(at, channels);
            double total = 0;
            float largest = float.NegativeInfinity;
            foreach (float logit in logits)
            {
                largest = Math.Max(largest, logit);
            }
            foreach (float logit in logits)
            {
                total += PortableMath.Exp((double)logit - largest);
            }
            for (int channel = 0; channel < channels; channel++)
            {
                call.Output[at + channel] = (float)(PortableMath.Exp((double)logits[channel] - largest) / total);
            }
        }
    }

    public static void Backward(FloatLayer layer, in LayerCall call)
    {
        int channels = layer.Channels;
        for (int at = 0; at < call.InputGradient.Length; at += channels)
        {
            double dot = 0;
            for (int i = at; i < at + channels; i++)
            {
                dot += (double)call.Output[i] * call.OutputGradient[i];
            }
            for (int i = at; i < at + channels; i++)
            {
                call.InputGradient[i] += (float)(call.Output[i] * (call.OutputGradient[i] - dot));
            }
        }
    }

    public static void Quantize(LayerQuantization target)
    {
        double scale = Math.Min((double)target.Input.Scale * (1 << (31 - IntegerBits)), int.MaxValue);
        target.SetMultiplier(RecordField.Multiplier, scale);
        int shift = target.Record[RecordField.Shift];
        double range = ((1 << IntegerBits) - 1) * Math.ScaleB(1, 31 - IntegerBits - shift);
        target.Record[RecordField.DiffMin] = -(int)Math.Floor(range);
    }
}
