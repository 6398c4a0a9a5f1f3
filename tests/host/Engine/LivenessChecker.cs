using Attune.Execution;
using Attune.Model;

namespace Attune.Tests.Engine;

/// <summary>
/// Plays the runs that a layout is made for on a map of bytes, each byte with the number of the tensor that was written
/// there last: a layer may read a tensor only if every byte still holds it. It knows nothing of lifetimes.
/// </summary>
internal sealed class LivenessChecker(QuantizedModel model, ActivationLayout layout, int head)
{
    private readonly int[] owner = new int[layout.Size];

    /// <summary>What is wrong with inference of layers 0..last, or null.</summary>
    public string? Inference(int last)
    {
        Write(0, 1);
        return Run(0, last) ?? Holds(last + 1, last, 1);
    }

    /// <summary>What is wrong with running layers 0..cut-1 once, then cut..last several times, or null.</summary>
    public string? Probes(int last, int cut)
    {
        Write(0, 1);
        string? problem = Run(0, cut - 1);
        for (int repeat = 0; repeat < 3 && problem is null; repeat++)
        {
            problem = Run(cut, last) ?? Holds(last + 1, last, last == head ? 4 : 1);
        }
        return problem;
    }

    /// <summary>What is wrong with running the layers up to a layer's input and then reading that, or null.</summary>
    public string? Input(int layer)
    {
        Write(0, 1);
        int input = model.Word(layer, RecordField.Input);
        return Run(0, input - 1) ?? Holds(input, layer, 1);
    }

    private string? Run(int first, int last)
    {
        for (int layer = first; layer <= last; layer++)
        {
            int input = model.Word(layer, RecordField.Input);
            int second = model.Word(layer, RecordField.Input2);
            string? problem = Holds(input, layer, 1) ?? (second >= 0 ? Holds(second, layer, 1) : null);
            if (problem is not null)
            {
                return problem;
            }
            bool inPlace =
                model.Operator(layer) == Operators.Reshape && layout.Offset(layer + 1) == layout.Offset(input);
            int size = layer == head && layer == last ? 4 : 1;
            if (!inPlace && (Overlaps(layer + 1, size, input) || (second >= 0 && Overlaps(layer + 1, size, second))))
            {
                return $"layer {layer} writes over what it reads";
            }
            if (inPlace)
            {
                renamed[layer + 1] = renamed.GetValueOrDefault(input, input);
            }
            else
            {
                Write(layer + 1, size);
            }
        }
        return null;
    }

    private readonly Dictionary<int, int> renamed = [];

    private bool Overlaps(int written, int size, int read)
    {
        int a = layout.Offset(written);
        int b = layout.Offset(read);
        return a < b + model.TensorBytes(read) && b < a + size * model.TensorBytes(written);
    }

    private void Write(int tensor, int size)
    {
        int at = layout.Offset(tensor);
        Assert.IsGreaterThanOrEqualTo(0, at, $"tensor {tensor} has no place");
        Assert.AreEqual(0, at % 4, $"tensor {tensor} is not aligned");
        Assert.IsLessThanOrEqualTo(layout.Size, at + size * model.TensorBytes(tensor));
        owner.AsSpan(at, size * model.TensorBytes(tensor)).Fill(tensor);
    }

    private string? Holds(int tensor, int layer, int size)
    {
        int at = layout.Offset(tensor);
        int expected = renamed.GetValueOrDefault(tensor, tensor);
        return at >= 0 && owner.AsSpan(at, size * model.TensorBytes(tensor)).IndexOfAnyExcept(expected) < 0
            ? null
            : $"tensor {tensor} is gone when layer {layer} has run to need it";
    }
}
