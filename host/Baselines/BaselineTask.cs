using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Model;

namespace Attune.Host.Baselines;

/// <summary>What a baseline is to do.</summary>
public sealed record BaselineTask
{
    /// <summary>The model to begin with: bytes of an .atm file (docs/FORMATS.md), aligned or not.</summary>
    public required byte[] Model { get; init; }

    /// <summary>Labelled samples to adapt to, of the model's input size.</summary>
    public required MemorySamples Samples { get; init; }

    /// <summary>
    /// Budget in full-forward equivalents of one sample, counted in multiply-accumulates: a forward from layer i on counts its
    /// share, a backward pass twice the layers that it crosses. The method stops where its next step would exceed it.
    /// </summary>
    public required long Forwards { get; init; }

    /// <summary>Step size at the start; it falls to 0 along half a cosine over the budget. Null: the method's own.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Samples whose gradients make one step; the last step of an epoch may have fewer.</summary>
    public int BatchSize { get; init; } = 100;

    /// <summary>Layers that are trained, weights and biases; null: the method's own choice.</summary>
    public IReadOnlyList<int>? Layers { get; init; }

    /// <summary>Order of the samples, probes and coordinates.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads, 1..64.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Progress is told after the first step that reaches a multiple of so many forwards; 0: after every epoch.</summary>
    public long ReportEvery { get; init; }

    /// <summary>The model, after a check of everything.</summary>
    /// <exception cref="ModelException">Model and samples do not fit together, or the model is no classifier.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    internal AtmFile Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Forwards);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Threads, 64);
        ArgumentOutOfRangeException.ThrowIfNegative(ReportEvery);
        AtmFile file = AtmFile.Parse(Model);
        int logits = file.LogitsTensor;
        if (logits < 0)
        {
            throw new ModelException("the model is no classifier, so it cannot be trained; name one with class scores");
        }
        if (Samples.Count == 0)
        {
            throw new ModelException("there are no samples to train with");
        }
        int input = file.Header(HeaderField.InputH) * file.Header(HeaderField.InputW) * file.Header(HeaderField.InputC);
        if (Samples.SampleBytes != input)
        {
            throw new ModelException(
                $"the samples have {Samples.SampleBytes} values, the model's input has {input}; pack them for this model"
            );
        }
        int classes = file.Word(logits - 1, RecordField.OutputN + 3);
        foreach (int label in Samples.Labels)
        {
            if (label < 0 || label >= classes)
            {
                throw new ModelException($"a sample has the label {label}, the model has the classes 0..{classes - 1}");
            }
        }
        foreach (int layer in Layers ?? [])
        {
            if (layer < 0 || layer >= logits || file.Word(layer, RecordField.Operator) > Operators.FullyConnected)
            {
                throw new ModelException(
                    $"layer {layer} cannot be trained: it is no layer with weights before the loss"
                );
            }
        }
        return file;
    }
}
