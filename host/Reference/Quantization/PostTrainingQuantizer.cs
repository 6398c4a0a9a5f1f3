using Attune.Host.Model;
using Attune.Host.Reference.FloatOperators;
using Attune.Model;

namespace Attune.Host.Reference.Quantization;

/// <summary>
/// Turns an FP32 network into an int8 model as TensorFlow Lite's converter does: weights symmetric per output channel in
/// [-127, 127], biases int32, activations with one scale and zero point per tensor from calibration samples.
/// </summary>
public sealed class PostTrainingQuantizer
{
    private readonly FloatNetwork network;
    private readonly AtmBuilder builder = new();
    private readonly TensorScale[] tensors;
    private readonly QuantizationOptions options;

    private PostTrainingQuantizer(FloatNetwork network, TensorScale[] tensors, QuantizationOptions options)
    {
        this.network = network;
        this.tensors = tensors;
        this.options = options;
    }

    /// <summary>Quantizes a network and stores the source statistics of the calibration samples.</summary>
    /// <param name="network">The network, batch normalisation folded.</param>
    /// <param name="calibration">Samples like those of the field before it changes; labels are not used.</param>
    /// <param name="options">How to quantize.</param>
    /// <exception cref="ArgumentException">The network has batch normalisation, or there are no samples.</exception>
    public static AtmFile Quantize(
        FloatNetwork network,
        ITrainingSamples calibration,
        QuantizationOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(calibration);
        ArgumentOutOfRangeException.ThrowIfLessThan(calibration.Count, 1);
        if (network.Layers.Any(layer => layer.Normalization != null))
        {
            throw new ArgumentException("the network has batch normalisation; fold it first", nameof(network));
        }
        options ??= new QuantizationOptions();
        var ranges = ActivationRanges.Measure(network, calibration, options.Percentile, options.Threads);
        ranges.MakeRoom(network, options);
        var tensors = TensorQuantization.Choose(network, ranges, options);
        AtmFile model = new PostTrainingQuantizer(network, tensors, options).Convert();
        return options.Statistics ? SourceStatistics.Measure(model, calibration) : model;
    }

    private AtmFile Convert()
    {
        builder.InputShape = network.InputShape;
        builder.InputScale = tensors[0].Scale;
        builder.InputZero = tensors[0].Zero;
        builder.OutputTensor = network.OutputTensor;
        builder.LogitsTensor = network.LogitsTensor;
        builder.Head = Head();
        for (int layer = 0; layer < network.Layers.Count; layer++)
        {
            AddLayer(layer, network.Layers[layer]);
        }
        BlockTable.Apply(builder);
        return builder.Build();
    }

    /// <summary>The linear layer whose output is the logits tensor, seen through RESHAPE; else -1.</summary>
    private int Head()
    {
        int tensor = network.LogitsTensor;
        while (tensor > 0 && network.Layers[tensor - 1].Operator == Operators.Reshape)
        {
            tensor = network.Layers[tensor - 1].Input;
        }
        bool linear =
            tensor > 0
            && network.Layers[tensor - 1].Operator is Operators.FullyConnected or Operators.Conv2D
            && network.Layers[tensor - 1].Positions == 1;
        return linear ? tensor - 1 : -1;
    }

    private void AddLayer(int index, FloatLayer layer)
    {
        LayerQuantization.AddRecord(builder, layer, tensors);
        OperatorTable
            .Of(layer)
            .Quantize(
                new LayerQuantization(builder, index, layer, tensors)
                {
                    WeightHeadroom = options.WeightHeadroom?.Invoke(layer) ?? 1,
                }
            );
    }
}
