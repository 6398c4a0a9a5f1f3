using Attune.Host.Model;
using Attune.Model;

namespace Attune.Host.Import;

/// <summary>
/// A model in the making: which tensor of the .tflite file is which tensor of the model, the records so far, the notes.
/// </summary>
internal sealed class ImportGraph
{
    private const int MaximumLayers = 1024;
    private const int MaximumDataBytes = 1 << 28;
    private readonly Dictionary<int, int> places = [];
    private long dataBytes;

    /// <summary>Begins with a file and no records.</summary>
    public ImportGraph(TfliteFile file, ImportOptions options)
    {
        File = file;
        Options = options;
        Output = file.Output;
    }

    /// <summary>The file that is read.</summary>
    public TfliteFile File { get; }

    /// <summary>What the user chose.</summary>
    public ImportOptions Options { get; }

    /// <summary>Tensor number of the network's output: the file's, or the one before a float tail.</summary>
    public int Output { get; set; }

    /// <summary>The function that a tail in FLOAT32 computes (SOFTMAX, LOG_SOFTMAX or LOGISTIC), or null.</summary>
    public string? FloatTail { get; set; }

    /// <summary>Records and arrays so far.</summary>
    public AtmBuilder Builder { get; } = new();

    /// <summary>What the user should know.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Names of the layers so far.</summary>
    public List<string> LayerNames { get; } = [];

    /// <summary>The network's input as int8.</summary>
    public QuantizedTensor NetworkInput { get; set; } = null!;

    /// <summary>Makes an operator's output another name of its input's place.</summary>
    public void Alias(TfliteOperator source, string why)
    {
        SetPlace(source.Outputs[0], Place(source.Inputs[0]));
        Notes.Add($"{source.Label} dropped: {why}.");
    }

    /// <summary>The model's tensor for a tensor of the file, or -1.</summary>
    public int Place(int tensor) => places.GetValueOrDefault(tensor, -1);

    /// <summary>Says that a tensor of the file is a tensor of the model.</summary>
    public void SetPlace(int tensor, int place) => places[tensor] = place;

    /// <summary>The reason why an operator cannot be taken, ready to be thrown.</summary>
    public static ImportException Reject(TfliteOperator source, string reason) => new($"{source.Label}: {reason}");

    /// <summary>The tensor of an operator's input, or null where the optional operand is left out.</summary>
    public TfliteTensor? Input(TfliteOperator source, int operand) =>
        operand >= source.Inputs.Length || source.Inputs[operand] == -1
            ? null
            : File.Tensor(source.Inputs[operand], source.Label);

    /// <summary>The tensor of an input that must be there.</summary>
    public TfliteTensor RequiredInput(TfliteOperator source, int operand) =>
        Input(source, operand)
        ?? throw Reject(source, $"operand {operand} is missing; the file is damaged, export it again");

    /// <summary>An input that another operator has written.</summary>
    public QuantizedTensor Activation(TfliteOperator source, int operand)
    {
        TfliteTensor tensor = RequiredInput(source, operand);
        if (Place(tensor.Index) < 0)
        {
            throw Reject(
                source,
                tensor.IsConstant
                    ? $"operand {operand}, {tensor.Label}, is constant; fold constants when the model is converted"
                    : $"reads {tensor.Label}, which no operator before it writes; export the model again"
            );
        }
        return QuantizedTensor.Of(tensor, source.Label);
    }

    /// <summary>The only output of an operator.</summary>
    public TfliteTensor OutputOf(TfliteOperator source)
    {
        if (source.Outputs.Length != 1)
        {
            throw Reject(
                source,
                $"has {source.Outputs.Length} outputs instead of one; the file is damaged, export it again"
            );
        }
        return File.Tensor(source.Outputs[0], source.Label);
    }

    /// <summary>The only output of an operator, checked.</summary>
    public QuantizedTensor Result(TfliteOperator source) => QuantizedTensor.Of(OutputOf(source), source.Label);

    /// <summary>An operator's options of the expected type.</summary>
    public static FlatTable OptionsOf(TfliteOperator source, int type) =>
        source.OptionsType == type && source.Options is { } options
            ? options
            : throw Reject(source, "its options are missing or of another operator; export the model again");

    /// <summary>An operator's options where all of them may be left out.</summary>
    public static FlatTable OptionalOptions(TfliteOperator source, int type) =>
        source.OptionsType == 0 ? default : OptionsOf(source, type);

    /// <summary>Rejects an output of another shape than the operator computes.</summary>
    public static void RequireShape(TfliteOperator source, QuantizedTensor output, ReadOnlySpan<int> computed)
    {
        if (!computed.SequenceEqual(output.Shape))
        {
            throw Reject(
                source,
                $"{output.Tensor.Label} has shape {TfliteTensor.ShapeText(output.Tensor.Shape)}, computed is "
                    + $"{TfliteTensor.ShapeText(computed)} (N,H,W,C); export the model again"
            );
        }
    }

    /// <summary>Rejects an operator that keeps values but states two scales or zero points.</summary>
    public static void RequireSameScale(TfliteOperator source, QuantizedTensor input, QuantizedTensor output)
    {
        if (!input.HasScaleOf(output))
        {
            throw Reject(
                source,
                $"{input.Tensor.Label} and {output.Tensor.Label} differ in scale or zero point ({input.Scale}, {input.Zero} "
                    + $"and {output.Scale}, {output.Zero}), which this operator cannot change; convert the model again"
            );
        }
    }

    /// <summary>Adds the record of an operator with one input, with shapes, zero points, scales and clamp.</summary>
    public int[] AddLayer(TfliteOperator source, int operation, QuantizedTensor input, QuantizedTensor output)
    {
        int[] record = AddLayer(operation, Place(input.Tensor.Index), input, output);
        record[RecordField.Source] = source.Index;
        SetPlace(output.Tensor.Index, Builder.LayerCount);
        return record;
    }

    /// <summary>Adds a record that stands for no operator of the file; the caller places its output.</summary>
    public int[] AddLayer(int operation, int inputPlace, QuantizedTensor input, QuantizedTensor output)
    {
        if (Builder.LayerCount == MaximumLayers)
        {
            throw new ImportException(
                $"the network has more than {MaximumLayers} layers; split it or use a smaller one"
            );
        }
        int[] record = Builder.AddRecord(operation);
        record[RecordField.Input] = inputPlace;
        input.Shape.CopyTo(record, RecordField.InputN);
        output.Shape.CopyTo(record, RecordField.OutputN);
        record[RecordField.InputZero] = input.Zero;
        record[RecordField.OutputZero] = output.Zero;
        AtmBuilder.SetSingle(record, RecordField.InputScale, input.Scale);
        AtmBuilder.SetSingle(record, RecordField.OutputScale, output.Scale);
        LayerNames.Add(output.Tensor.Name);
        return record;
    }

    /// <summary>Attaches an array to the record added last.</summary>
    public void Attach<T>(int field, ReadOnlySpan<T> data)
        where T : unmanaged
    {
        dataBytes += (long)data.Length * System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
        if (dataBytes > MaximumDataBytes)
        {
            throw new ImportException($"the weights exceed {MaximumDataBytes} bytes; use a smaller network");
        }
        Builder.Attach(Builder.LayerCount - 1, field, data);
    }
}
