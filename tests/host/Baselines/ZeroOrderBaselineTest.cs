using Attune.Host.Baselines;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Host.Reference;
using Attune.Model;
using Attune.Tests.Engine;

namespace Attune.Tests.Baselines;

/// <summary>MeZO and DeepZero against computations of their own on a <see cref="PlainNetwork"/>.</summary>
[TestClass]
public sealed class ZeroOrderBaselineTest
{
    [TestMethod]
    [DataRow(null)]
    [DataRow(3)]
    public void A_step_of_mezo_goes_along_its_probe_by_the_difference_of_both_sides(int? only)
    {
        const double Rate = 0.004;
        int[] weighted = BaselineModels.WeightedLayers(BaselineModels.Model);
        int[] layers = only is null ? weighted : [weighted[only.Value]];
        BaselineTask task = BaselineModels.Task(3, 3, 6, Rate) with { Layers = only is null ? null : layers };
        using var plain = new PlainNetwork(BaselineModels.Model);
        sbyte[][] weights = [.. layers.Select(plain.Weights)];
        int[][] biases = [.. layers.Select(layer => plain.HasBias(layer) ? plain.Biases(layer) : [])];
        List<int> signs = SignsOf(task.Seed, weights.Sum(layer => layer.Length) + biases.Sum(layer => layer.Length));
        double plus = MeanLoss(1);
        double minus = MeanLoss(-1);
        double slope = (plus - minus) / 2;
        Assert.AreNotEqual(0, slope);

        var seen = new List<double>();
        BaselineResult result = BaselineMethods.Find("mezo").Run(task, progress => seen.Add(progress.Loss));
        Assert.AreEqual((plus + minus) / 2, seen.Single(), 1e-6);
        var (newWeights, newBiases) = BaselineModels.Parameters(result.Model.Bytes!);
        int at = 0;
        int moved = 0;
        for (int place = 0; place < layers.Length; place++)
        {
            int layer = layers[place];
            int index = Array.IndexOf(weighted, layer);
            float inputScale = BaselineModels.Model.Single(layer, RecordField.InputScale);
            for (int i = 0; i < weights[place].Length; i++)
            {
                double scale = BaselineModels.Scale(plain, layer, BaselineModels.ChannelOf(plain, layer, i));
                int step = BaselineModels.Round(Rate * slope * signs[at++] / (scale * scale));
                Assert.AreEqual(Math.Clamp(weights[place][i] - step, -127, 127), newWeights[index][i]);
                moved += step != 0 ? 1 : 0;
            }
            for (int c = 0; c < biases[place].Length; c++)
            {
                double unit = BaselineModels.Scale(plain, layer, c) * inputScale;
                double gradient = slope * signs[at++] / plain.BiasStep(layer, c);
                int step = BaselineModels.Round(Rate * gradient / (unit * unit));
                Assert.AreEqual(biases[place][c] - step, newBiases[index][c]);
            }
        }
        Assert.IsGreaterThan(10, moved);

        double MeanLoss(int side)
        {
            Probe(plain, layers, weights, biases, [.. signs.Select(sign => side * sign)]);
            return Enumerable.Range(0, 3).Average(n => Loss(plain, task.Samples, n));
        }
    }

    /// <summary>Puts weights and biases a step off in the direction of the signs.</summary>
    private static void Probe(PlainNetwork plain, int[] layers, sbyte[][] weights, int[][] biases, int[] signs)
    {
        int next = 0;
        for (int place = 0; place < layers.Length; place++)
        {
            int layer = layers[place];
            plain.SetWeights(
                layer,
                [.. weights[place].Select(value => (sbyte)Math.Clamp(value + signs[next++], -128, 127))]
            );
            if (biases[place].Length > 0)
            {
                plain.SetBiases(
                    layer,
                    [.. biases[place].Select((value, c) => value + signs[next++] * plain.BiasStep(layer, c))]
                );
            }
        }
    }

    /// <summary>One word of 64 signs after another for all weights and biases of a layer, then of the next.</summary>
    private static List<int> SignsOf(ulong seed, int entries)
    {
        var random = new SeededRandom(seed, 1);
        var signs = new List<int>();
        while (signs.Count < entries)
        {
            ulong word = random.NextBits();
            signs.AddRange(Enumerable.Range(0, 64).Select(bit => (word >> bit & 1) == 0 ? 1 : -1));
        }
        return signs;
    }

    [TestMethod]
    public void A_step_of_deepzero_goes_against_the_differences_of_single_coordinates()
    {
        const double Rate = 0.05;
        int[] weighted = BaselineModels.WeightedLayers(BaselineModels.Model);
        BaselineTask task = BaselineModels.Task(2, 2, 1_000_000, Rate) with { Layers = [weighted[2], weighted[^1]] };
        byte[] start = WithWeight(task.Model, weighted[^1], 5, 127);
        task = task with { Model = start };
        using var plain = new PlainNetwork(AtmFile.Parse(start));
        double clean = Mean();
        var expected = new List<int>();
        foreach (int layer in task.Layers!)
        {
            sbyte[] weights = plain.Weights(layer);
            for (int i = 0; i < weights.Length; i++)
            {
                int up = weights[i] == 127 ? -1 : 1;
                plain.SetWeights(layer, Changed(weights, i, (sbyte)(weights[i] + up)));
                double gradient = (Mean() - clean) / up;
                plain.SetWeights(layer, weights);
                double scale = BaselineModels.Scale(plain, layer, BaselineModels.ChannelOf(plain, layer, i));
                expected.Add(
                    Math.Clamp(weights[i] - BaselineModels.Round(Rate * gradient / (scale * scale)), -127, 127)
                );
            }
            int[] biases = plain.HasBias(layer) ? plain.Biases(layer) : [];
            for (int c = 0; c < biases.Length; c++)
            {
                int k = plain.BiasStep(layer, c);
                plain.SetBiases(layer, Changed(biases, c, biases[c] + k));
                double gradient = (Mean() - clean) / k;
                plain.SetBiases(layer, biases);
                double unit = BaselineModels.Scale(plain, layer, c) * plain.File.Single(layer, RecordField.InputScale);
                expected.Add(biases[c] - BaselineModels.Round(Rate * gradient / (unit * unit)));
            }
        }
        byte[]? first = null;
        BaselineMethods
            .Find("deepzero")
            .Run(task with { Forwards = OneStep(task) }, progress => first ??= progress.Snapshot().Bytes);
        var (newWeights, newBiases) = BaselineModels.Parameters(first!);
        int[] actual =
        [
            .. task.Layers!.SelectMany(layer =>
                newWeights[Array.IndexOf(weighted, layer)]
                    .Select(value => (int)value)
                    .Concat(newBiases[Array.IndexOf(weighted, layer)])
            ),
        ];
        CollectionAssert.AreEqual(expected, actual);
        var (oldWeights, _) = BaselineModels.Parameters(start);
        Assert.IsGreaterThan(5, oldWeights[2].Zip(newWeights[2]).Count(pair => pair.First != pair.Second));

        double Mean() => Enumerable.Range(0, 2).Average(n => Loss(plain, task.Samples, n));
    }

    [TestMethod]
    public void Sparse_deepzero_measures_a_tenth_of_the_coordinates_and_other_ones_each_step()
    {
        int layer = BaselineModels.WeightedLayers(BaselineModels.Model)[2];
        BaselineTask task = BaselineModels.Task(2, 2, 1_000, 100) with { Layers = [layer] };
        long full = BaselineModels.MacsFrom(BaselineModels.Model, 0);
        long from = BaselineModels.MacsFrom(BaselineModels.Model, layer);
        using var plain = new PlainNetwork(BaselineModels.Model);
        int coordinates = plain.WeightCount(layer) + plain.Channels(layer);
        int drawn = (int)Math.Round(0.1 * coordinates);
        var steps = new List<byte[]> { task.Model };
        BaselineResult result = BaselineMethods
            .Find("deepzero-0.9")
            .Run(task with { ReportEvery = 1 }, progress => steps.Add(progress.Snapshot().Bytes!));
        long step = 2 * (full + drawn * from);
        Assert.IsGreaterThan(2, result.Steps);
        Assert.IsLessThanOrEqualTo(1_000 * full, result.Macs);
        Assert.IsGreaterThan(1_000 * full - 2 * from - 2 * full, result.Macs);
        var changed = new List<HashSet<int>>();
        for (int i = 1; i < 3; i++)
        {
            sbyte[] before = BaselineModels.Parameters(steps[i - 1]).Weights[2];
            sbyte[] after = BaselineModels.Parameters(steps[i]).Weights[2];
            changed.Add([.. Enumerable.Range(0, before.Length).Where(w => before[w] != after[w])]);
            Assert.IsLessThanOrEqualTo(drawn, changed[^1].Count);
            Assert.IsGreaterThan(0, changed[^1].Count);
        }
        Assert.IsFalse(changed[0].SetEquals(changed[1]));
        Assert.AreEqual(0, (result.Macs - (result.Macs / step * step)) % 2);
    }

    private static long OneStep(BaselineTask task)
    {
        using var plain = new PlainNetwork(AtmFile.Parse(task.Model));
        long macs = BaselineModels.MacsFrom(plain.File, 0);
        foreach (int layer in task.Layers!)
        {
            long coordinates = plain.WeightCount(layer) + (plain.HasBias(layer) ? plain.Channels(layer) : 0);
            macs += coordinates * BaselineModels.MacsFrom(plain.File, layer);
        }
        long full = BaselineModels.MacsFrom(plain.File, 0);
        return (2 * macs + full - 1) / full;
    }

    private static byte[] WithWeight(byte[] model, int layer, int weight, sbyte value)
    {
        var parameters = new IntegerParameters(AtmFile.Parse(model));
        parameters.Weights[layer][weight] = value;
        return parameters.ToModel();
    }

    private static T[] Changed<T>(T[] values, int index, T value)
    {
        T[] copy = [.. values];
        copy[index] = value;
        return copy;
    }

    private static double Loss(PlainNetwork plain, MemorySamples samples, int index)
    {
        plain.Load(samples.Values[index]);
        plain.Run(0, plain.LastLayer);
        return plain.Loss(samples.Labels[index]);
    }
}
