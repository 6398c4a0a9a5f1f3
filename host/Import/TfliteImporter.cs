using Attune.Host.Model;
using Attune.Model;

namespace Attune.Host.Import;

/// <summary>Turns a .tflite file of an int8 network into a model (docs/FORMATS.md).</summary>
/// <remarks>
/// All multipliers are formed as TensorFlow Lite forms them, so the model gives the same bytes as the file does under
/// TensorFlow Lite Micro's reference kernels. Operators that only rename dimensions become no layer.
/// </remarks>
public sealed class TfliteImporter
{
    private const int MaximumUpsample = 1024;
    private readonly TfliteFile file;
    private readonly ImportOptions options;
    private readonly ImportGraph graph;
    private readonly Dictionary<int, TfliteOperator> writers = [];
    private readonly HashSet<int> live = [];

    private TfliteImporter(byte[] bytes, ImportOptions options)
    {
        file = new TfliteFile(bytes);
        graph = new ImportGraph(file, options);
        this.options = options;
    }

    /// <summary>Imports a file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="options">The user's choices, or null for the defaults.</param>
    /// <exception cref="ImportException">The file is damaged, or has something that cannot be taken.</exception>
    /// <exception cref="ModelException">The network has a layer that the kernels do not take.</exception>
    public static ImportResult Import(byte[] bytes, ImportOptions? options = null)
    {
        return AssociatedLabels.Apply(new TfliteImporter(bytes, options ?? new ImportOptions()).Run(), bytes);
    }

    private ImportResult Run()
    {
        FindWriters();
        FloatTail.Find(graph, writers);
        FindLive();
        BeginWithInput();
        foreach (TfliteOperator source in file.Operators)
        {
            if (live.Contains(source.Index))
            {
                OperatorConverters.Convert(graph, source);
            }
            else
            {
                graph.Notes.Add($"{source.Label} dropped: the network's output does not depend on it.");
            }
        }
        if (file.SubgraphCount > 1)
        {
            graph.Notes.Add($"{file.SubgraphCount - 1} further subgraphs dropped: the network does not use them.");
        }
        FinishOutput();
        BlockTable.Apply(graph.Builder, options.Blocks is { } text ? layers => BlockRanges.Parse(text, layers) : null);
        AtmFile model = graph.Builder.Build();
        int[] tensors =
        [
            .. file.Operators.Select(source => live.Contains(source.Index) ? graph.Place(source.Outputs[0]) : -1),
        ];
        return new ImportResult(model, graph.Notes, graph.LayerNames, tensors);
    }

    private void FindWriters()
    {
        foreach (TfliteOperator source in file.Operators)
        {
            foreach (int tensor in source.Outputs)
            {
                if (tensor >= 0 && !writers.TryAdd(tensor, source))
                {
                    throw ImportGraph.Reject(
                        source,
                        $"writes {file.Tensor(tensor, source.Label).Label}, which {writers[tensor].Label} writes too; the file is "
                            + "damaged, export it again"
                    );
                }
            }
        }
    }

    /// <summary>Marks the operators that the output depends on, walking back from it.</summary>
    private void FindLive()
    {
        var pending = new Stack<int>([graph.Output]);
        while (pending.TryPop(out int tensor))
        {
            if (!writers.TryGetValue(tensor, out TfliteOperator? source) || !live.Add(source.Index))
            {
                continue;
            }
            // Other operands must be constant; what computes a RESHAPE's shape does not matter, as shapes are fixed.
            foreach (int operand in source.Inputs.Take(OperatorConverters.Operands(source)))
            {
                pending.Push(operand);
            }
        }
    }

    /// <summary>Takes the network's input, as int8, and enlarges it if the user wants that.</summary>
    private void BeginWithInput()
    {
        const string User = "network input";
        TfliteTensor tensor = file.Tensor(file.Input, User);
        int[] shape = QuantizedTensor.FixedShape(tensor, User);
        int batch = tensor.Shape.Length > 1 ? tensor.Shape[0] : 1;
        if (batch != 1)
        {
            throw new ImportException(
                $"{User}: {tensor.Label} has shape {TfliteTensor.ShapeText(tensor.Shape)}, so batch {batch}; export with batch 1"
            );
        }
        TfliteOperator? quantize = file.Operators.FirstOrDefault(source =>
            source.Code == BuiltinOperator.Quantize
            && source.Inputs.FirstOrDefault(-1) == file.Input
            && live.Contains(source.Index)
        );
        bool convert = tensor.Type is TensorType.Float32 or TensorType.UInt8;
        if (convert && quantize is null)
        {
            TfliteOperator? reader = file.Operators.FirstOrDefault(source =>
                live.Contains(source.Index) && source.Inputs.Contains(file.Input)
            );
            CheckHybridReader(reader);
        }
        QuantizedTensor networkInput =
            convert && quantize is not null
                ? graph.Result(quantize) with
                {
                    Shape = shape,
                }
                : QuantizedTensor.Of(tensor, User);
        graph.NetworkInput = networkInput;
        AtmBuilder builder = graph.Builder;
        builder.InputScale = networkInput.Scale;
        builder.InputZero = networkInput.Zero;
        builder.InputShape = shape;
        graph.SetPlace(file.Input, 0);
        if (options.InputUpsample != 1)
        {
            Upsample(networkInput, options.InputUpsample);
        }
    }

    /// <summary>Names the first operator of a network whose input stays float or uint8.</summary>
    private void CheckHybridReader(TfliteOperator? reader)
    {
        if (reader is null)
        {
            return;
        }
        if (reader.Code is BuiltinOperator.Conv2D or BuiltinOperator.DepthwiseConv2D or BuiltinOperator.FullyConnected)
        {
            LayerParameters.Weights(graph, reader, reader.Code == BuiltinOperator.FullyConnected ? 2 : 4);
        }
        QuantizedTensor.Of(file.Tensor(file.Input, reader.Label), reader.Label);
    }

    private void Upsample(QuantizedTensor input, int factor)
    {
        int[] shape = [.. input.Shape];
        if (factor is < 1 or > MaximumUpsample || shape[1] % factor != 0 || shape[2] % factor != 0)
        {
            throw new ImportException(
                $"input upsampling by {factor}: the network's input is {shape[1]}x{shape[2]}; give a factor up to {MaximumUpsample} "
                    + "that divides both"
            );
        }
        shape[1] /= factor;
        shape[2] /= factor;
        graph.Builder.InputShape = shape;
        int[] record = graph.AddLayer(Operators.Upsample, 0, input with { Shape = shape }, input);
        record[RecordField.Source] = -1;
        graph.LayerNames[0] = "input upsampling";
        graph.SetPlace(file.Input, graph.Builder.LayerCount);
        graph.Notes.Add($"layer 0 enlarges the input of {shape[1]}x{shape[2]} by {factor}; it is not in the file.");
    }

    private void FinishOutput()
    {
        const string User = "network output";
        TfliteTensor tensor = file.Tensor(graph.Output, User);
        int place = graph.Place(tensor.Index);
        if (place < 0)
        {
            throw new ImportException(
                $"{User}: {tensor.Label} is written by no operator; the file has no network to import"
            );
        }
        if (graph.Builder.LayerCount == 0)
        {
            graph.AddLayer(Operators.Reshape, 0, graph.NetworkInput, graph.NetworkInput);
            place = 1;
        }
        AtmBuilder builder = graph.Builder;
        builder.OutputTensor = place;
        int[] shape = QuantizedTensor.FixedShape(tensor, User);
        int scores = place;
        int[] last = builder.Record(place - 1);
        if (last[RecordField.Operator] is Operators.Softmax or Operators.Logistic)
        {
            scores = last[RecordField.Input];
            shape = last[RecordField.InputN..(RecordField.InputN + 4)];
        }
        builder.OutputKind = OutputChoice.Of(graph, last, shape, options.OutputKind);
        bool classes = builder.OutputKind is OutputKind.Classes or OutputKind.Logit;
        builder.LogitsTensor = classes && scores > 0 ? scores : -1;
        builder.Head = builder.LogitsTensor > 0 && IsHead(builder.Record(scores - 1)) ? scores - 1 : -1;
    }

    /// <summary>Whether a record's accumulators are class scores: linear, one position, no clamp but int8's.</summary>
    private static bool IsHead(int[] record) =>
        record[RecordField.Operator] is Operators.FullyConnected or Operators.Conv2D
        && record[RecordField.OutputN] * record[RecordField.OutputN + 1] * record[RecordField.OutputN + 2] == 1
        && record[RecordField.Activation] == FusedActivation.None;
}
