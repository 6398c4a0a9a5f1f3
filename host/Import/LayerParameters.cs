using Attune.Host.Model;
using Attune.Model;

namespace Attune.Host.Import;

/// <summary>Weights, biases and output multipliers of CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED.</summary>
internal static class LayerParameters
{
    /// <summary>Largest error of a bias's scale, in output steps a bias unit, that the reference runtime accepts.</summary>
    private const double BiasTolerance = 0.02;

    /// <summary>Longest filter whose sums stay in 32 bits; half as long where weights have a zero point.</summary>
    private const int LongestFilter = 65535;

    /// <summary>The constant int8 weights of an operator, of the given number of dimensions.</summary>
    /// <exception cref="ImportException">They are not constant, of another type or rank, or stored in another way.</exception>
    public static TfliteTensor Weights(ImportGraph graph, TfliteOperator source, int rank)
    {
        TfliteTensor weights = graph.RequiredInput(source, 1);
        CheckHybrid(graph, source, weights);
        if (weights.Type != TensorType.Int8)
        {
            throw ImportGraph.Reject(
                source,
                $"weights {weights.Label} are {TensorType.Name(weights.Type)}; only int8 weights are supported, convert with "
                    + "full integer (int8) quantization"
            );
        }
        CheckConstant(source, weights, "weights");
        QuantizedTensor.CheckStorage(weights, source.Label);
        if (weights.Shape.Length != rank || weights.Elements < 1)
        {
            throw ImportGraph.Reject(
                source,
                $"weights {weights.Label} have shape {TfliteTensor.ShapeText(weights.Shape)}, {rank} positive dimensions are "
                    + "needed; export the model again"
            );
        }
        return weights;
    }

    /// <summary>Attaches the arrays to the record added last.</summary>
    /// <param name="graph">The model in the making.</param>
    /// <param name="source">The operator.</param>
    /// <param name="weights">From <see cref="Weights"/>.</param>
    /// <param name="channelAxis">Dimension of the weights that counts output channels.</param>
    /// <param name="record">The operator's record.</param>
    /// <param name="input">The operator's input.</param>
    /// <param name="output">The operator's output.</param>
    public static void Attach(
        ImportGraph graph,
        TfliteOperator source,
        TfliteTensor weights,
        int channelAxis,
        int[] record,
        QuantizedTensor input,
        QuantizedTensor output
    )
    {
        int channels = weights.Shape[channelAxis];
        bool perChannel = weights.Scales.Length > 1;
        float[] scales = Scales(source, weights, channelAxis);
        int zero = ZeroPoint(source, weights);
        long filter = weights.Elements / channels;
        if (filter > (zero == 0 ? LongestFilter : LongestFilter / 2))
        {
            throw ImportGraph.Reject(
                source,
                $"weights {weights.Label} have {filter} values an output channel, whose sums can exceed 32 bits; use smaller filters"
            );
        }
        record[RecordField.WeightsZero] = zero;
        var multipliers = new int[channels];
        var shifts = new int[channels];
        for (int channel = 0; channel < channels; channel++)
        {
            // The reference rounds the product of the two scales to float32 in FULLY_CONNECTED with a single scale.
            double product =
                source.Code == BuiltinOperator.FullyConnected && !perChannel
                    ? (float)(input.Scale * scales[channel])
                    : (double)input.Scale * scales[channel];
            QuantizedMultiplier multiplier = Multiplier(source, product / output.Scale);
            multipliers[channel] = multiplier.Mantissa;
            shifts[channel] = multiplier.Shift;
        }
        graph.Attach(RecordField.Weights, weights.Int8Data());
        if (graph.Input(source, 2) is { } bias)
        {
            CheckBias(graph, source, bias, scales, input, output);
            graph.Attach<byte>(RecordField.Bias, bias.Data());
        }
        graph.Attach<int>(RecordField.Multipliers, multipliers);
        graph.Attach<int>(RecordField.Shifts, shifts);
        graph.Attach<float>(RecordField.Scales, scales);
    }

    /// <summary>A multiplier in the range that the kernels take.</summary>
    public static QuantizedMultiplier Multiplier(TfliteOperator source, double value)
    {
        QuantizedMultiplier multiplier = double.IsFinite(value) ? QuantizedMultiplier.From(value) : default;
        if (!double.IsFinite(value) || multiplier.Shift > QuantizedMultiplier.MaximumShift)
        {
            throw ImportGraph.Reject(
                source,
                $"its scales give the output multiplier {value}, at most 2^30 is possible; convert the model again"
            );
        }
        return multiplier;
    }

    private static float[] Scales(TfliteOperator source, TfliteTensor weights, int channelAxis)
    {
        int channels = weights.Shape[channelAxis];
        FlatVector stated = weights.Scales;
        if (stated.Length != 1 && (stated.Length != channels || weights.QuantizedDimension != channelAxis))
        {
            throw ImportGraph.Reject(
                source,
                $"weights {weights.Label} have {stated.Length} scales along dimension {weights.QuantizedDimension}; one, or "
                    + $"{channels} along dimension {channelAxis} are needed, convert the model again"
            );
        }
        var scales = new float[channels];
        for (int channel = 0; channel < channels; channel++)
        {
            scales[channel] = stated.Single(stated.Length == 1 ? 0 : channel);
            if (!float.IsFinite(scales[channel]) || scales[channel] < 0)
            {
                throw ImportGraph.Reject(
                    source,
                    $"weights {weights.Label} have scale {scales[channel]} in channel {channel}; convert the model again"
                );
            }
        }
        return scales;
    }

    private static int ZeroPoint(TfliteOperator source, TfliteTensor weights)
    {
        FlatVector stated = weights.ZeroPoints;
        bool single = stated.Length == 1 && weights.Scales.Length == 1;
        bool free = single && source.Code == BuiltinOperator.FullyConnected;
        for (int i = 0; i < stated.Length; i++)
        {
            if (free ? stated.Int64(i) is < -128 or > 127 : stated.Int64(i) != 0)
            {
                throw ImportGraph.Reject(
                    source,
                    $"weights {weights.Label} have zero point {stated.Int64(i)}; convert with symmetric int8 weights"
                );
            }
        }
        return free ? (int)stated.Int64(0) : 0;
    }

    private static void CheckHybrid(ImportGraph graph, TfliteOperator source, TfliteTensor weights)
    {
        TfliteTensor input = graph.RequiredInput(source, 0);
        if (TensorType.IsFloat(input.Type) && !TensorType.IsFloat(weights.Type))
        {
            throw ImportGraph.Reject(
                source,
                $"hybrid: input {input.Label} is {TensorType.Name(input.Type)}, weights {weights.Label} are "
                    + $"{TensorType.Name(weights.Type)}; convert with a representative data set, so that activations are int8 too"
            );
        }
    }

    private static void CheckConstant(TfliteOperator source, TfliteTensor tensor, string what)
    {
        if (!tensor.IsConstant)
        {
            throw ImportGraph.Reject(
                source,
                $"{what} {tensor.Label} are not constant; export a model whose {what} are stored in the file"
            );
        }
    }

    private static void CheckBias(
        ImportGraph graph,
        TfliteOperator source,
        TfliteTensor bias,
        float[] scales,
        QuantizedTensor input,
        QuantizedTensor output
    )
    {
        CheckConstant(source, bias, "biases");
        QuantizedTensor.CheckStorage(bias, source.Label);
        if (bias.Type != TensorType.Int32 || bias.Elements != scales.Length)
        {
            throw ImportGraph.Reject(
                source,
                $"biases {bias.Label} are {TensorType.Name(bias.Type)} of shape {TfliteTensor.ShapeText(bias.Shape)}; "
                    + $"{scales.Length} INT32 are needed, convert with 8-bit activations"
            );
        }
        for (int i = 0; i < bias.ZeroPoints.Length; i++)
        {
            if (bias.ZeroPoints.Int64(i) != 0)
            {
                throw ImportGraph.Reject(
                    source,
                    $"biases {bias.Label} have zero point {bias.ZeroPoints.Int64(i)} instead of 0; convert the model again"
                );
            }
        }
        CheckBiasScales(graph, source, bias, scales, input, output);
    }

    private static void CheckBiasScales(
        ImportGraph graph,
        TfliteOperator source,
        TfliteTensor bias,
        float[] scales,
        QuantizedTensor input,
        QuantizedTensor output
    )
    {
        FlatVector stated = bias.Scales;
        if (stated.Length == 0)
        {
            graph.Notes.Add($"{source.Label}: biases {bias.Label} have no scale; input scale * weight scale is taken.");
            return;
        }
        if (stated.Length != 1 && stated.Length != scales.Length)
        {
            throw ImportGraph.Reject(
                source,
                $"biases {bias.Label} have {stated.Length} scales for {scales.Length} channels; convert the model again"
            );
        }
        double largest = 0;
        for (int channel = 0; channel < scales.Length; channel++)
        {
            double expected = (double)input.Scale * scales[channel];
            double scale = stated.Single(stated.Length == 1 ? 0 : channel);
            double error = Math.Abs(scale - expected);
            if (!(error <= BiasTolerance * output.Scale))
            {
                throw ImportGraph.Reject(
                    source,
                    $"biases {bias.Label} have scale {scale} in channel {channel}, input scale * weight scale is {expected}; "
                        + "convert the model again"
                );
            }
            largest = Math.Max(largest, expected > 0 ? error / expected : 0);
        }
        if (largest > 1e-3)
        {
            graph.Notes.Add(
                $"{source.Label}: biases {bias.Label} have scales up to {largest:P1} away from input scale * weight scale, "
                    + "which is taken, as the reference runtime does."
            );
        }
    }
}
