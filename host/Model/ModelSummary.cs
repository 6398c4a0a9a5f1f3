using Attune.Model;

namespace Attune.Host.Model;

/// <summary>What a layer computes and costs.</summary>
/// <param name="Layer">Number of the layer.</param>
/// <param name="Operator">TensorFlow Lite's name of the operator.</param>
/// <param name="Inputs">Shapes N, H, W, C of the one or two inputs.</param>
/// <param name="Output">Shape N, H, W, C of the output.</param>
/// <param name="Weights">Number of weights; 0 for layers that cannot be trained.</param>
/// <param name="Biases">Number of biases.</param>
/// <param name="Macs">Multiply-accumulates of an inference.</param>
/// <param name="OutputBytes">Bytes of the output tensor.</param>
/// <param name="ModelBytes">Bytes in the model: record and arrays.</param>
/// <param name="Block">Number of the block, or -1 without weights.</param>
public sealed record LayerSummary(
    int Layer,
    string Operator,
    IReadOnlyList<int[]> Inputs,
    int[] Output,
    int Weights,
    int Biases,
    long Macs,
    int OutputBytes,
    int ModelBytes,
    int Block
);

/// <summary>A model layer by layer, and its totals.</summary>
public sealed class ModelSummary
{
    /// <summary>Reads a model.</summary>
    public ModelSummary(AtmFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        Layers = [.. Enumerable.Range(0, file.LayerCount).Select(layer => Summarize(file, layer))];
        FileBytes = file.Bytes.Length;
    }

    /// <summary>The layers in order.</summary>
    public IReadOnlyList<LayerSummary> Layers { get; }

    /// <summary>Bytes of the whole model.</summary>
    public int FileBytes { get; }

    /// <summary>Weights and biases of all layers.</summary>
    public long Parameters => Layers.Sum(layer => (long)layer.Weights + layer.Biases);

    /// <summary>Multiply-accumulates of an inference.</summary>
    public long Macs => Layers.Sum(layer => layer.Macs);

    private static LayerSummary Summarize(AtmFile file, int layer)
    {
        int[] Shape(int field) => [.. Enumerable.Range(field, 4).Select(word => file.Word(layer, word))];
        int operation = file.Word(layer, RecordField.Operator);
        int[] output = Shape(RecordField.OutputN);
        int[] input = Shape(RecordField.InputN);
        int[] second = Shape(RecordField.Input2N);
        int outputs = Product(output);
        int channels = output[3];
        int filter = LayerRecord.FilterSize(file.Record(layer));
        int biases = filter > 0 && file.Word(layer, RecordField.Bias) >= 0 ? channels : 0;
        int arrays = filter * channels + 4 * biases;
        if (filter > 0)
        {
            // Multipliers, shifts and scales; mean and variance.
            arrays += 12 * channels + (file.Word(layer, RecordField.Statistics) >= 0 ? 8 * channels : 0);
            arrays += file.Word(layer, RecordField.Spectrum) != 0 ? 4 * filter : 0;
        }
        else if (LayerRecord.HasConstant(file.Record(layer)))
        {
            arrays = Product(second);
        }
        return new LayerSummary(
            layer,
            Operators.Name(operation),
            second[0] > 0 ? [input, second] : [input],
            output,
            filter * channels,
            biases,
            (long)outputs * filter,
            outputs,
            QuantizedModel.RecordBytes + arrays,
            file.Word(layer, RecordField.Block)
        );
    }

    private static int Product(int[] shape) => shape[0] * shape[1] * shape[2] * shape[3];
}
