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
    private QuantizedTensor? networkInput;

    private TfliteImporter(byte[] bytes, ImportOptions options)
    {
        file = new TfliteFile(bytes);
        graph = new ImportGraph(file);
        this.options = options;
    }

    /// <summary>Imports a file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="options">The user's choices, or null for the defaults.</param>
    /// <exception cref="ImportException">The file is damaged, or has something that cannot be taken.</exception>
    /// <exception cref="ModelException">The network has a layer that the kernels do not take.</exception>
    public static ImportResult Import(byte[] bytes, ImportOptions? options = null)
    {
        return new TfliteImporter(bytes, options ?? new ImportOptions()).Run();
    }

    private ImportResult Run()
    {
        FindWriters();
        FindLive();
        BeginWithInput();
        foreach (TfliteOperator source in file.Operators)
        {
            if (live.Contains(source.Index))
            {
                Convert(source);
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
        var pending = new Stack<int>([file.Output]);
        while (pending.TryPop(out int tensor))
        {
            if (!writers.TryGetValue(tensor, out TfliteOperator? source) || !live.Add(source.Index))
            {
                continue;
            }
            // Other operands must be constant; what computes a RESHAPE's shape does not matter, as shapes are fixed.
            int operands = source.Code is BuiltinOperator.Add or BuiltinOperator.Mul ? 2 : 1;
            foreach (int operand in source.Inputs.Take(operands))
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
        networkInput =
            convert && quantize is not null
                ? graph.Result(quantize) with
                {
                    Shape = shape,
                }
                : QuantizedTensor.Of(tensor, User);
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

    private void Convert(TfliteOperator source)
    {
        switch (source.Code)
        {
            case BuiltinOperator.Conv2D:
                ConvolutionConverter.Convolution(graph, source);
                break;
            case BuiltinOperator.DepthwiseConv2D:
                ConvolutionConverter.Depthwise(graph, source);
                break;
            case BuiltinOperator.FullyConnected:
                FullyConnectedConverter.Convert(graph, source);
                break;
            case BuiltinOperator.Add:
                ElementwiseConverter.Add(graph, source);
                break;
            case BuiltinOperator.Mul:
                ElementwiseConverter.Mul(graph, source);
                break;
            case BuiltinOperator.AveragePool2D:
                PoolingConverter.Convert(graph, source, Operators.AveragePool2D);
                break;
            case BuiltinOperator.MaxPool2D:
                PoolingConverter.Convert(graph, source, Operators.MaxPool2D);
                break;
            case BuiltinOperator.Mean:
                MeanConverter.Convert(graph, source);
                break;
            case BuiltinOperator.Pad:
            case BuiltinOperator.PadV2:
                PadConverter.Convert(graph, source);
                break;
            case BuiltinOperator.Softmax:
                SoftmaxConverter.Convert(graph, source);
                break;
            case BuiltinOperator.Relu:
                RequantizeConverter.Convert(graph, source, FusedActivation.Relu);
                break;
            case BuiltinOperator.Relu6:
                RequantizeConverter.Convert(graph, source, FusedActivation.Relu6);
                break;
            case BuiltinOperator.ReluN1To1:
                RequantizeConverter.Convert(graph, source, FusedActivation.ReluN1To1);
                break;
            case BuiltinOperator.Reshape:
            case BuiltinOperator.Squeeze:
            case BuiltinOperator.ExpandDims:
                RenameDimensions(source);
                break;
            case BuiltinOperator.Quantize:
                Quantize(source);
                break;
            case BuiltinOperator.Dequantize:
                Dequantize(source);
                break;
            default:
                throw Unsupported(source);
        }
    }

    private static ImportException Unsupported(TfliteOperator source)
    {
        string reason =
            BuiltinOperator.CallsSubgraph(source.Code)
                ? "it runs another subgraph; export a network without control flow"
            : source.Code == BuiltinOperator.Custom
                ? "custom operators are not supported; replace it by builtin operators"
            : "this operator is not supported; replace it, or cut the network before it";
        return ImportGraph.Reject(source, reason);
    }

    private void RenameDimensions(TfliteOperator source)
    {
        QuantizedTensor input = graph.Activation(source, 0);
        QuantizedTensor output = graph.Result(source);
        if (input.Elements != output.Elements)
        {
            throw ImportGraph.Reject(
                source,
                $"{input.Tensor.Label} has {input.Elements} values, {output.Tensor.Label} has {output.Elements}; export the model "
                    + "again"
            );
        }
        ImportGraph.RequireSameScale(source, input, output);
        Alias(source, "the values stay where they are");
    }

    private void Quantize(TfliteOperator source)
    {
        TfliteTensor input = graph.RequiredInput(source, 0);
        TfliteTensor output = graph.Output(source);
        if (input.Index == file.Input && input.Type is TensorType.Float32 or TensorType.UInt8)
        {
            DropInputConversion(source, input);
        }
        else if (input.Type == TensorType.Int8 && output.Type == TensorType.UInt8)
        {
            QuantizedTensor from = graph.Activation(source, 0);
            RequireShifted(source, output, input, from.Zero);
            QuantizedTensor.FixedShape(output, source.Label);
            RequireElements(source, output, from.Elements);
            Alias(source, "the model returns int8, which is the UINT8 value - 128");
        }
        else
        {
            RequantizeConverter.Convert(graph, source, FusedActivation.None);
        }
    }

    private void DropInputConversion(TfliteOperator source, TfliteTensor input)
    {
        QuantizedTensor output = graph.Result(source);
        if (output.Scale != networkInput!.Scale || output.Zero != networkInput.Zero)
        {
            throw ImportGraph.Reject(
                source,
                $"quantizes the network's input with scale {output.Scale} and zero point {output.Zero}, another operator with "
                    + $"{networkInput.Scale} and {networkInput.Zero}; convert with an int8 input"
            );
        }
        if (!output.Shape.AsSpan().SequenceEqual(networkInput.Shape))
        {
            ImportGraph.RequireShape(source, output, networkInput.Shape);
        }
        if (input.Type == TensorType.UInt8)
        {
            RequireShifted(source, input, output.Tensor, output.Zero);
            Alias(source, "the model takes int8, which is the UINT8 value - 128");
        }
        else
        {
            Alias(source, $"the model takes int8, which is round(value / {output.Scale}) + {output.Zero}");
        }
    }

    private void Dequantize(TfliteOperator source)
    {
        QuantizedTensor input = graph.Activation(source, 0);
        TfliteTensor output = graph.Output(source);
        QuantizedTensor.FixedShape(output, source.Label);
        if (output.Index != file.Output || output.Type != TensorType.Float32)
        {
            throw ImportGraph.Reject(
                source,
                $"{output.Label} is {TensorType.Name(output.Type)} inside the network; convert with full integer (int8) "
                    + "quantization"
            );
        }
        RequireElements(source, output, input.Elements);
        Alias(source, $"the model returns int8, which stands for (value - {input.Zero}) * {input.Scale}");
    }

    private static void RequireElements(TfliteOperator source, TfliteTensor output, int elements)
    {
        if (output.Elements != elements)
        {
            throw ImportGraph.Reject(
                source,
                $"{output.Label} has {output.Elements} values instead of {elements}; the file is damaged, export it again"
            );
        }
    }

    /// <summary>Rejects a conversion between uint8 and int8 that does more than shift by 128.</summary>
    private static void RequireShifted(TfliteOperator source, TfliteTensor unsigned, TfliteTensor signed, int zero)
    {
        bool stated = unsigned.Scales.Length == 1 && unsigned.ZeroPoints.Length <= 1;
        long unsignedZero = stated && unsigned.ZeroPoints.Length == 1 ? unsigned.ZeroPoints.Int64(0) : 0;
        if (!stated || unsigned.Scales.Single(0) != signed.Scales.Single(0) || unsignedZero != zero + 128)
        {
            throw ImportGraph.Reject(
                source,
                $"{unsigned.Label} (UINT8) and {signed.Label} (INT8) differ by more than 128 in zero point; convert with int8 input "
                    + "and output"
            );
        }
    }

    /// <summary>Makes an operator's output another name of its input's place.</summary>
    private void Alias(TfliteOperator source, string why)
    {
        graph.SetPlace(source.Outputs[0], graph.Place(source.Inputs[0]));
        graph.Notes.Add($"{source.Label} dropped: {why}.");
    }

    private void FinishOutput()
    {
        const string User = "network output";
        TfliteTensor tensor = file.Tensor(file.Output, User);
        int place = graph.Place(tensor.Index);
        if (place < 0)
        {
            throw new ImportException(
                $"{User}: {tensor.Label} is written by no operator; the file has no network to import"
            );
        }
        if (graph.Builder.LayerCount == 0)
        {
            graph.AddLayer(Operators.Reshape, 0, networkInput!, networkInput!);
            place = 1;
        }
        AtmBuilder builder = graph.Builder;
        builder.OutputTensor = place;
        int[] shape = QuantizedTensor.FixedShape(tensor, User);
        int scores = place;
        int[] last = builder.Record(place - 1);
        if (last[RecordField.Operator] == Operators.Softmax)
        {
            scores = last[RecordField.Input];
            shape = last[RecordField.InputN..(RecordField.InputN + 4)];
        }
        bool spatial = shape[0] * shape[1] * shape[2] != 1;
        builder.LogitsTensor = spatial || scores == 0 ? -1 : scores;
        builder.Head = builder.LogitsTensor > 0 && IsHead(builder.Record(scores - 1)) ? scores - 1 : -1;
    }

    /// <summary>Whether a record's accumulators are class scores: linear, one position, no clamp but int8's.</summary>
    private static bool IsHead(int[] record) =>
        record[RecordField.Operator] is Operators.FullyConnected or Operators.Conv2D
        && record[RecordField.OutputN] * record[RecordField.OutputN + 1] * record[RecordField.OutputN + 2] == 1
        && record[RecordField.Activation] == FusedActivation.None;
}
