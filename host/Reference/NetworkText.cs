using System.Globalization;
using Attune.Host.Shell;
using Attune.Model;

namespace Attune.Host.Reference;

/// <summary>
/// A network as text: layers from input to class scores, separated by commas, such as
/// <c>conv 16 3x3 s2, dw 3x3, conv 32 1x1, mean, fc</c>. Every layer reads the one before it.
/// </summary>
/// <remarks>
/// <c>conv CHANNELS KxK sN</c>, <c>dw KxK sN</c> (kernel 3x3, stride 1 unless said), <c>maxpool KxK</c>, <c>avgpool KxK</c> (2x2),
/// <c>mean</c> (over all positions), <c>fc UNITS</c>, and at the end <c>fc</c> alone, with one output for each class.
/// <c>relu6</c> (the default), <c>relu</c> or <c>linear</c> behind conv, dw or fc names its activation.
/// </remarks>
public static class NetworkText
{
    /// <summary>What a layer may be, for messages.</summary>
    public const string Takes =
        "conv CHANNELS KxK sN, dw KxK sN, maxpool KxK, avgpool KxK, mean, fc UNITS, and fc at the end; relu6, relu or linear behind them";

    private const int MostLayers = 200;
    private const int MostChannels = 4096;
    private const int MostKernel = 31;
    private const int LongestFilter = 65535;
    private const int MostWeights = 1 << 24;

    private static readonly (string Name, string Layers)[] Known =
    [
        ("small", "conv 16 3x3 s2, conv 24 3x3 s2, fc 12, fc"),
        ("pooled", "conv 16 3x3, maxpool 2x2, conv 16 3x3, maxpool 2x2, fc 16, fc"),
    ];

    /// <summary>Networks that have a name, with their text.</summary>
    public static IReadOnlyList<(string Name, string Layers)> WithNames => Known;

    /// <summary>Builds a network with random weights (He initialisation) and biases of 0.</summary>
    /// <param name="text">The layers, or a name.</param>
    /// <param name="input">Height, width and channels of the input.</param>
    /// <param name="classes">Number of class scores, at least 2.</param>
    /// <param name="seed">Of the weights.</param>
    /// <exception cref="UsageException">The text is none; the message names the layer.</exception>
    public static FloatNetwork Build(string text, (int Height, int Width, int Channels) input, int classes, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(text);
        string layers = Known.FirstOrDefault(one => one.Name == text).Layers ?? text;
        string[] parts = layers.Split(',', StringSplitOptions.TrimEntries);
        if (parts.Length > MostLayers)
        {
            throw new UsageException($"--layers: {parts.Length} layers, at most {MostLayers} are possible");
        }
        var builder = new FloatModelBuilder(input.Height, input.Width, input.Channels, seed, normalizes: false);
        for (int number = 0; number < parts.Length; number++)
        {
            var layer = new LayerText($"--layers: layer {number + 1}, '{parts[number]}'", parts[number]);
            Add(builder, layer, number, number == parts.Length - 1 ? classes : 0);
        }
        return builder.Build();
    }

    /// <param name="builder">Receives the layer.</param>
    /// <param name="layer">Its words.</param>
    /// <param name="tensor">The tensor that it reads.</param>
    /// <param name="classes">Class scores of the last layer; 0 for the others.</param>
    private static void Add(FloatModelBuilder builder, LayerText layer, int tensor, int classes)
    {
        int[] shape = builder.Shape(tensor);
        int kernel;
        if (classes > 0 && (layer.Kind != "fc" || layer.HasMore))
        {
            throw layer.Wrong("the last layer is 'fc' alone, with one output for each class");
        }
        switch (layer.Kind)
        {
            case "conv":
                int channels = layer.Number("channels", MostChannels);
                kernel = layer.Kernel(3);
                layer.Require((long)kernel * kernel * shape[3] <= LongestFilter, "the filter is too long");
                layer.Require((long)kernel * kernel * shape[3] * channels <= MostWeights, "there are too many weights");
                builder.Convolution(tensor, channels, kernel, layer.Stride(), layer.Activation());
                break;
            case "dw":
                builder.Depthwise(tensor, layer.Kernel(3), layer.Stride(), layer.Activation());
                break;
            case "maxpool" or "avgpool":
                kernel = layer.Kernel(2);
                layer.Require(kernel <= Math.Min(shape[1], shape[2]), $"its input is only {shape[1]}x{shape[2]}");
                int pool = layer.Kind == "maxpool" ? Operators.MaxPool2D : Operators.AveragePool2D;
                builder.Pool(pool, tensor, kernel, kernel);
                break;
            case "mean":
                builder.Mean(tensor);
                break;
            case "fc":
                int depth = shape[1] * shape[2] * shape[3];
                int units = classes > 0 ? classes : layer.Number("units", MostChannels);
                layer.Require(depth <= LongestFilter, $"its {depth} inputs are more than {LongestFilter}");
                layer.Require((long)depth * units <= MostWeights, "there are too many weights");
                builder.FullyConnected(tensor, units, classes > 0 ? 0 : layer.Activation());
                break;
            default:
                throw layer.Wrong($"takes {Takes}");
        }
        layer.RequireEnd();
    }

    /// <summary>The words of one layer, taken in their order.</summary>
    private sealed class LayerText(string place, string text)
    {
        private readonly string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        private int at = 1;

        public string Kind => words.Length > 0 ? words[0].ToLowerInvariant() : "";

        public bool HasMore => at < words.Length;

        public int Number(string what, int most) =>
            HasMore && Parse(words[at++]) is { } number && number <= most
                ? number
                : throw Wrong($"give a number of {what}, 1..{most}");

        public int Kernel(int standard)
        {
            string[] sides = HasMore ? words[at].Split('x') : [];
            if (sides.Length != 2)
            {
                return standard;
            }
            at++;
            return Parse(sides[0]) is { } side && side <= MostKernel && sides[0] == sides[1]
                ? side
                : throw Wrong($"a window is square, 1x1..{MostKernel}x{MostKernel}");
        }

        public int Stride()
        {
            bool named = HasMore && words[at].Length > 1 && words[at][0] == 's' && char.IsAsciiDigit(words[at][1]);
            if (!named)
            {
                return 1;
            }
            return Parse(words[at++][1..]) is { } stride && stride <= 8 ? stride : throw Wrong("a stride is s1..s8");
        }

        /// <summary>The activation as <see cref="FloatLayer.Activation"/> has it.</summary>
        public int Activation()
        {
            int activation = HasMore ? Array.IndexOf((string[])["linear", "relu", "", "relu6"], words[at]) : -1;
            at += activation < 0 ? 0 : 1;
            return activation < 0 ? 3 : activation;
        }

        public void Require(bool good, string otherwise)
        {
            if (!good)
            {
                throw Wrong(otherwise);
            }
        }

        public void RequireEnd() => Require(!HasMore, HasMore ? $"'{words[at]}' is out of place; takes {Takes}" : "");

        public UsageException Wrong(string what) => new($"{place}: {what}");

        private static int? Parse(string word) =>
            int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
                ? number
                : null;
    }
}
