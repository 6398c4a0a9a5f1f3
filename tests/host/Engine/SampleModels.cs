using Attune.Host.Model;
using Attune.Model;

namespace Attune.Tests.Engine;

/// <summary>Small networks with something of everything: padding, strides, groups, residuals, zero points, clamps.</summary>
internal static class SampleModels
{
    /// <summary>
    /// UPSAMPLE, CONV_2D, DEPTHWISE_CONV_2D, CONV_2D in groups, ADD, CONV_2D without bias, AVERAGE_POOL_2D, RESHAPE,
    /// FULLY_CONNECTED, FULLY_CONNECTED (head), SOFTMAX; four blocks, four classes.
    /// </summary>
    /// <param name="statistics">Whether the layers have source statistics.</param>
    public static AtmFile Residual(bool statistics = false)
    {
        var spec = new LayerSpec
        {
            Kernel = 3,
            Pad = 1,
            Channels = 4,
            Multipliers = [0.071, 0.13, 0.055, 0.09],
            OutputScale = 0.05f,
            OutputZero = -3,
            ActMin = -3,
            WeightRange = 20,
            BiasRange = 200,
            Statistics = statistics,
        };
        var model = new TinyModel(3, 4, 4, 2, 0.02f, 5);
        model.Upsample().Convolution(spec);
        int shortcut = model.Last;
        model.Depthwise(spec with { Groups = 2, Channels = 8, Block = 1 });
        model.Convolution(spec with { Groups = 2, Block = 1, ActMin = -128, OutputZero = 7 });
        model.Add(shortcut, model.Last);
        model.Convolution(
            spec with
            {
                Channels = 6,
                Stride = 2,
                Block = 2,
                // Alignment needs biases.
                BiasRange = statistics ? 100 : -1,
            }
        );
        model.AveragePool(2).Reshape();
        model.FullyConnected(spec with { Channels = 10, Block = 3 });
        model.Head(
            new LayerSpec
            {
                Channels = 4,
                Multipliers = [0.02, 0.03],
                OutputScale = 0.1f,
                WeightRange = 30,
                BiasRange = 100,
                Block = 3,
            }
        );
        return model.Softmax().Build(4);
    }

    /// <summary>A network whose class scores come from a pooling, so that the loss is computed from int8.</summary>
    public static AtmFile Pooled()
    {
        var spec = new LayerSpec
        {
            Kernel = 3,
            Channels = 5,
            Multipliers = [0.06, 0.11],
            OutputScale = 0.1f,
            WeightRange = 25,
            BiasRange = 100,
        };
        return new TinyModel(4, 8, 8, 2, 0.02f)
            .Convolution(spec with { Stride = 2, Pad = 1 })
            .Convolution(spec with { Channels = 4, Block = 1 })
            .AveragePool(2)
            .Logits()
            .Build(2);
    }

    /// <summary>Numbers of the layers with weights.</summary>
    public static int[] WeightedLayers(AtmFile file) =>
        [
            .. Enumerable
                .Range(0, file.LayerCount)
                .Where(layer =>
                    file.Word(layer, RecordField.Operator) is >= Operators.Conv2D and <= Operators.FullyConnected
                ),
        ];
}
