using Attune.Host.Baselines;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Model;
using Attune.Tests.Engine;

namespace Attune.Tests.Baselines;

/// <summary>A small network and samples that the tests of the baselines share.</summary>
internal static class BaselineModels
{
    /// <summary>The network of <see cref="SampleModels.Residual"/>.</summary>
    public static AtmFile Model { get; } = SampleModels.Residual();

    /// <summary>Samples over a wide range, so that some outputs are clamped.</summary>
    public static MemorySamples Samples(int count) => TinyModel.Samples(Model, 4, count, 4, 100);

    /// <summary>A task of so many forwards.</summary>
    public static BaselineTask Task(int samples, int batch, long forwards, double rate) =>
        new()
        {
            Model = Model.Bytes,
            Samples = Samples(samples),
            BatchSize = batch,
            Forwards = forwards,
            LearningRate = rate,
            Seed = 3,
        };

    /// <summary>Multiply-accumulates from a layer on, by the shapes alone.</summary>
    public static long MacsFrom(AtmFile file, int layer)
    {
        using var plain = new PlainNetwork(file);
        return Enumerable
            .Range(layer, plain.LastLayer + 1 - layer)
            .Where(plain.HasWeights)
            .Sum(index => (long)plain.Positions(index) * plain.WeightCount(index));
    }

    /// <summary>Numbers of the layers with weights.</summary>
    public static int[] WeightedLayers(AtmFile file)
    {
        using var plain = new PlainNetwork(file);
        return [.. Enumerable.Range(0, plain.LastLayer + 1).Where(plain.HasWeights)];
    }

    /// <summary>Weights and biases of a model, layer after layer.</summary>
    public static (sbyte[][] Weights, int[][] Biases) Parameters(byte[] model)
    {
        using var plain = new PlainNetwork(AtmFile.Parse(model));
        return (
            [.. WeightedLayers(plain.File).Select(plain.Weights)],
            [.. WeightedLayers(plain.File).Select(layer => plain.HasBias(layer) ? plain.Biases(layer) : [])]
        );
    }

    /// <summary>Scale of a weight: M output scale / input scale.</summary>
    public static double Scale(PlainNetwork plain, int layer, int channel) =>
        plain.Multiplier(layer, channel)
        * plain.File.Single(layer, RecordField.OutputScale)
        / plain.File.Single(layer, RecordField.InputScale);

    /// <summary>Output channel of a weight.</summary>
    public static int ChannelOf(PlainNetwork plain, int layer, int weight) =>
        plain.File.Word(layer, RecordField.Operator) == Operators.DepthwiseConv2D
            ? weight % plain.Channels(layer)
            : weight / plain.FilterSize(layer);

    /// <summary>A real step in weight or bias units, to the nearest; ties away from zero.</summary>
    public static int Round(double step) => (int)(Math.Sign(step) * Math.Floor(Math.Abs(step) + 0.5));
}
