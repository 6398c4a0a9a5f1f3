using System.Globalization;
using Attune.Host.Bench.Estimates;
using Attune.Host.Bench.Methods;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Host.Reference;
using Attune.Host.Reference.Training;
using Attune.Host.Shell;
using Attune.Model;

namespace Attune.Host.Bench.Tables;

/// <summary>
/// Cosine similarity of estimated gradients with those of back-propagation, 16 samples: by layer with 100 probes each
/// (the paper's Figure 4), or of all layers at equal forwards by way to estimate (Figure 5 and ideas beyond the paper).
/// </summary>
/// <param name="byLayer">Figure 4, else Figure 5.</param>
public sealed class GradientFigure(bool byLayer) : IBenchTable
{
    private const string Aligned = "aligned";
    private const int Samples = 16;
    private const int LayerQueries = 100;
    private const double ForwardsPerSample = 1000;

    /// <inheritdoc/>
    public string Name => byLayer ? "figure4" : "figure5";

    /// <inheritdoc/>
    public string Description =>
        byLayer ? "quality of gradient estimates by layer" : "quality of gradient estimates at equal forwards";

    /// <inheritdoc/>
    public IReadOnlyList<BenchCell> Cells(BenchSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        string[] usual = byLayer ? ["weights", "nodes"] : [.. EstimateRecipe.All.Select(recipe => recipe.Name)];
        foreach (string method in settings.Methods.Except(usual))
        {
            throw new UsageException(
                $"--methods {method}: {Name} has no such method; known are {string.Join(", ", usual)}"
            );
        }
        IEnumerable<string> methods = settings.Methods.Count > 0 ? settings.Methods : usual;
        string[] variants = byLayer
            ? [.. Enumerable.Range(0, BenchData.LayersWithWeights).Select(depth => "depth " + Text(depth))]
            : ["", Aligned];
        foreach (string variant in settings.Variants.Except(variants))
        {
            throw new UsageException($"--variants {variant}: {Name} has {string.Join(", ", variants)}");
        }
        return
        [
            .. from seed in settings.Seeds
            from corruption in settings.Corruptions.Count > 0 ? settings.Corruptions : ["gaussian_noise"]
            from variant in settings.Variants.Count > 0 ? settings.Variants : variants
            from method in methods
            select Cell(settings, corruption, seed, method, variant),
        ];
    }

    private BenchCell Cell(BenchSettings settings, string corruption, int seed, string method, string variant)
    {
        double forwards = settings.Limit ?? ForwardsPerSample;
        int samples = Math.Min(Samples, settings.TrainCount);
        var head = new BenchLine
        {
            Table = Name,
            Corruption = corruption,
            Severity = corruption == BenchData.Clean ? 0 : settings.Severity,
            Method = method,
            Variant = variant.Length > 0 ? variant : null,
            Seed = seed,
            Limit = byLayer ? null : forwards,
            Train = samples,
        };
        double weight = samples * (byLayer ? LayerQueries : forwards);
        return new BenchCell(
            head,
            weight,
            context => byLayer ? MeasureLayer(head, context) : MeasureAll(head, context)
        );
    }

    /// <summary>Figure 4: one layer.</summary>
    private static BenchLine MeasureLayer(BenchLine head, BenchContext context)
    {
        (AtmFile file, MemorySamples samples) = Load(head, context);
        using var network = new ProbedNetwork(file);
        int depth = int.Parse(head.Variant!.Split(' ')[1], CultureInfo.InvariantCulture);
        int layer = network.Layers[depth];
        EstimateRecipe recipe = Recipe(head);
        var estimator = new GradientEstimator(network, samples, recipe, (uint)head.Seed!.Value);
        double forwards = LayerQueries * network.Share(layer);
        float[] estimate = estimator.Estimate([layer], forwards, context.Cancellation)[layer];
        LayerGradient truth = TrueGradients.Of(KeyOf(head), file, samples, layer);
        return Complete(head, network, samples.Count) with
        {
            Values = new SortedDictionary<string, double>
            {
                ["cosine"] = Math.Round(Cosine(estimate, truth.Weights), 6),
                ["layer"] = layer,
                ["nodes"] = network.Nodes(layer),
                ["weights"] = network.Weights(layer),
            },
        };
    }

    /// <summary>Figure 5: all layers.</summary>
    private static BenchLine MeasureAll(BenchLine head, BenchContext context)
    {
        (AtmFile file, MemorySamples samples) = Load(head, context);
        using var network = new ProbedNetwork(file);
        EstimateRecipe recipe = Recipe(head);
        var estimator = new GradientEstimator(network, samples, recipe, (uint)head.Seed!.Value);
        Dictionary<int, float[]> estimates = estimator.Estimate(
            network.Layers,
            head.Limit!.Value,
            context.Cancellation
        );
        bool biases = recipe.Part == ProbedPart.Biases;
        var cosines = new List<(int Layer, double Cosine)>();
        // Of weights there is none: channels that never fire have scales of 1e-9, so that their gradients would be all of it.
        var realEstimate = new List<float>();
        var realTruth = new List<float>();
        foreach (int layer in network.Layers)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            LayerGradient gradient = TrueGradients.Of(KeyOf(head), file, samples, layer);
            float[] truth = biases ? gradient.Bias : gradient.Weights;
            cosines.Add((layer, Cosine(estimates[layer], truth)));
            if (biases)
            {
                float[] units = BiasUnits(file, layer, truth.Length);
                realEstimate.AddRange(estimates[layer].Zip(units, (value, unit) => value * unit));
                realTruth.AddRange(truth.Zip(units, (value, unit) => value * unit));
            }
        }
        var values = new SortedDictionary<string, double>
        {
            ["cosine"] = Math.Round(cosines.Average(one => one.Cosine), 6),
        };
        if (biases)
        {
            values["joint"] = Math.Round(Cosine([.. realEstimate], [.. realTruth]), 6);
        }
        foreach (var block in cosines.GroupBy(one => file.Word(one.Layer, RecordField.Block)))
        {
            values["block-" + Text(block.Key)] = Math.Round(block.Average(one => one.Cosine), 6);
        }
        return Complete(head, network, samples.Count) with
        {
            Points = [.. cosines.Select(one => new[] { one.Layer, Math.Round(one.Cosine, 6) })],
            Values = values,
        };
    }

    private static (AtmFile File, MemorySamples Samples) Load(BenchLine head, BenchContext context)
    {
        AtmFile file = context.Data.Network;
        (string corruption, int severity, int seed) = (head.Corruption!, head.Severity!.Value, head.Seed!.Value);
        MemorySamples samples = context.Data.Training(corruption, severity, seed, head.Train!.Value);
        if (head.Variant == Aligned)
        {
            var task = new BenchTask
            {
                Model = file,
                Training = context.Data.Training(corruption, severity, seed, 1000),
                Seed = (uint)seed,
                Limit = double.PositiveInfinity,
                ArenaBytes = 1024 * 1024,
            };
            file = AtmFile.Parse(new AlignMethod(0).Run(task, null, context.Cancellation).Model!);
        }
        return (file, samples);
    }

    private static EstimateRecipe Recipe(BenchLine head) =>
        EstimateRecipe.All.First(recipe => recipe.Name == head.Method);

    private static string KeyOf(BenchLine head) =>
        FormattableString.Invariant(
            $"{head.Corruption}|{head.Severity}|{head.Seed}|{head.Train}|{(head.Variant == Aligned ? Aligned : "")}"
        );

    private static BenchLine Complete(BenchLine head, ProbedNetwork network, int samples)
    {
        long forward = new ModelSummary(network.File).Macs;
        return head with
        {
            Macs = network.MacsRun,
            Forwards = Math.Round((double)network.MacsRun / forward, 1),
            Samples = samples,
        };
    }

    /// <summary>What takes a gradient by a quantized bias to that by the real one.</summary>
    private static float[] BiasUnits(AtmFile file, int layer, int channels)
    {
        double input = file.Single(layer, RecordField.InputScale);
        return
        [
            .. Enumerable
                .Range(0, channels)
                .Select(channel => (float)(1 / (input * FloatLayer.WeightScale(file, layer, channel)))),
        ];
    }

    private static double Cosine(float[] one, float[] other)
    {
        double product = 0;
        double squares = 0;
        double others = 0;
        for (int i = 0; i < one.Length; i++)
        {
            product += (double)one[i] * other[i];
            squares += (double)one[i] * one[i];
            others += (double)other[i] * other[i];
        }
        return squares > 0 && others > 0 ? product / Math.Sqrt(squares * others) : 0;
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
