using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Host.Reference.FloatOperators;
using Attune.Model;

namespace Attune.Host.Reference.Quantization;

/// <summary>
/// A new classifier for new classes on the features of a trained network. All layers before the classifier stay as they are,
/// with their statistics; what stood behind it gives way to a SOFTMAX, where the network had one.
/// </summary>
/// <remarks>
/// Weights are uniform in +-sqrt(6 / (inputs + classes)) (Glorot and Bengio 2010), biases 0. The int8 range of the weights is
/// that of the old classifier, or their own if that is larger: it holds what a classifier of these features grows to in
/// training. The output has zero point 0 and a scale of 1/8, so that it holds logits of -16..15.9, or the old scale if that is
/// larger.
/// </remarks>
public static class HeadReplacement
{
    private const float LeastOutputScale = 1f / 8;

    /// <summary>Largest number of classes: labels of sample files end there.</summary>
    private const int MostClasses = 65536;

    /// <summary>The model with a new classifier.</summary>
    /// <param name="file">A model whose class scores come from FULLY_CONNECTED, or CONV_2D at one position.</param>
    /// <param name="classes">Names of the new classes, at least 2; they become the model's.</param>
    /// <param name="seed">Of the weights; the same seed gives the same bytes everywhere.</param>
    /// <param name="path">The model's file, for messages.</param>
    /// <exception cref="DataException">The network has no such classifier, or there are too few or too many classes.</exception>
    public static AtmFile Replace(AtmFile file, IReadOnlyList<string> classes, ulong seed, string path)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(classes);
        RequireHead(file, path);
        if (classes.Count is < 2 or > MostClasses)
        {
            throw new DataException(
                $"--new-head: {classes.Count} classes; a classifier has 2..{MostClasses}, give one name for each."
            );
        }
        int head = file.Head;
        AtmBuilder builder = AtmBuilder.FromHeader(file);
        for (int layer = 0; layer < head; layer++)
        {
            builder.AddExisting(file, layer);
        }
        var tensors = new TensorScale[head + 3];
        int input = file.Word(head, RecordField.Input);
        tensors[input] = new TensorScale(
            file.Single(head, RecordField.InputScale),
            file.Word(head, RecordField.InputZero)
        );
        float scale = Math.Max(LeastOutputScale, file.Single(head, RecordField.OutputScale));
        tensors[head + 1] = new TensorScale(scale, 0);
        FloatLayer classifier = Classifier(FloatLayer.FromRecord(file, head, false), classes.Count, seed);
        Add(builder, classifier, tensors, LargestScale(file, head));
        builder.Record(head)[RecordField.Block] = file.Word(head, RecordField.Block);
        if (HasProbabilities(file))
        {
            FloatLayer softmax = Softmax(head + 1, classes.Count);
            tensors[head + 2] = OperatorTable.Of(softmax).FixedScale!.Value;
            Add(builder, softmax, tensors, 0);
        }
        builder.LogitsTensor = head + 1;
        builder.OutputTensor = builder.LayerCount;
        builder.OutputKind = OutputKind.Classes;
        builder.ClassNames = classes;
        return builder.Build();
    }

    private static void RequireHead(AtmFile file, string path)
    {
        string needed =
            "--new-head needs a network whose class scores come from FULLY_CONNECTED, or from CONV_2D at one position";
        if (file.LogitsTensor < 0)
        {
            throw new DataException($"{path}: gives {OutputKinds.Describe(file)}, no classes; {needed}.");
        }
        if (file.Head < 0)
        {
            string name = Operators.Name(file.Word(file.LogitsTensor - 1, RecordField.Operator));
            throw new DataException($"{path}: its class scores come from {name}; {needed}.");
        }
        int groups = file.Word(file.Head, RecordField.Groups);
        if (file.Word(file.Head, RecordField.Operator) == Operators.Conv2D && groups != 1)
        {
            throw new DataException(
                $"{path}: its classifier is a CONV_2D of {groups} groups; {needed}, without groups."
            );
        }
    }

    private static FloatLayer Classifier(FloatLayer old, int classes, ulong seed)
    {
        int inputs = old.Weights.Length / old.Channels;
        double limit = Math.Sqrt(6.0 / (inputs + classes));
        var random = new SeededRandom(seed);
        var weights = new float[inputs * classes];
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = (float)random.Between(-limit, limit);
        }
        return new FloatLayer
        {
            Operator = old.Operator,
            Input = old.Input,
            InputShape = old.InputShape,
            OutputShape = [1, 1, 1, classes],
            KernelHeight = old.KernelHeight,
            KernelWidth = old.KernelWidth,
            StrideHeight = old.StrideHeight,
            StrideWidth = old.StrideWidth,
            DilationHeight = old.DilationHeight,
            DilationWidth = old.DilationWidth,
            PadTop = old.PadTop,
            PadLeft = old.PadLeft,
            Weights = weights,
            Bias = new float[classes],
            Source = old.Source,
        };
    }

    private static FloatLayer Softmax(int input, int classes) =>
        new()
        {
            Operator = Operators.Softmax,
            Input = input,
            InputShape = [1, 1, 1, classes],
            OutputShape = [1, 1, 1, classes],
        };

    private static void Add(AtmBuilder builder, FloatLayer layer, TensorScale[] tensors, float leastWeightScale)
    {
        LayerQuantization.AddRecord(builder, layer, tensors);
        var target = new LayerQuantization(builder, builder.LayerCount - 1, layer, tensors)
        {
            LeastWeightScale = leastWeightScale,
        };
        OperatorTable.Of(layer).Quantize(target);
    }

    private static float LargestScale(AtmFile file, int layer) =>
        (float)
            Enumerable
                .Range(0, file.Word(layer, RecordField.OutputN + 3))
                .Max(channel => FloatLayer.WeightScale(file, layer, channel));

    /// <summary>Whether probabilities are formed behind the classifier.</summary>
    private static bool HasProbabilities(AtmFile file) =>
        Enumerable
            .Range(file.Head + 1, file.LayerCount - file.Head - 1)
            .Any(layer => file.Word(layer, RecordField.Operator) is Operators.Softmax or Operators.Logistic);
}
