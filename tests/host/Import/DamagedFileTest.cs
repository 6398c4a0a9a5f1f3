using System.Diagnostics;
using Attune.Host.Import;
using Attune.Host.Model;
using Attune.Model;
using Attune.Tests.Conformance;

namespace Attune.Tests.Import;

/// <summary>Damaged copies of models: each is imported or refused with a reason, quickly, and nothing else happens.</summary>
[TestClass]
public sealed class DamagedFileTest
{
    private const int Copies = 2000;

    public static IEnumerable<object[]> Models => SharedFolder.Rows("models", "*.tflite");

    [TestMethod]
    [DynamicData(nameof(Models))]
    public void A_damaged_copy_of_a_model_is_imported_or_refused(string name) =>
        AssertAllHandled(File.ReadAllBytes(SharedFolder.File("models", name)), 1);

    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    public void A_damaged_copy_of_a_small_file_is_imported_or_refused(int seed) => AssertAllHandled(SmallFile(), seed);

    [TestMethod]
    public void Every_truncation_of_a_small_file_is_refused()
    {
        byte[] file = SmallFile();
        for (int length = 0; length < file.Length; length++)
        {
            Assert.IsFalse(IsImported(file[..length]), $"{length} bytes");
        }
        Assert.IsTrue(IsImported(file));
    }

    [TestMethod]
    public void A_list_of_many_entries_that_all_lead_to_one_place_takes_no_time()
    {
        // A vector that claims as many operators as fit, every one of them the same table.
        byte[] file = SmallFile();
        var clock = Stopwatch.StartNew();
        for (int at = 8; at + 4 <= file.Length; at += 4)
        {
            byte[] copy = [.. file, .. new byte[1 << 16]];
            BitConverter.TryWriteBytes(copy.AsSpan(at), 1 << 14);
            _ = IsImported(copy);
        }
        Assert.IsLessThan(20, clock.Elapsed.TotalSeconds);
    }

    private static void AssertAllHandled(byte[] file, int seed)
    {
        Assert.IsTrue(IsImported(file), "the undamaged file");
        var random = new Random(seed);
        int refused = 0;
        var slowest = TimeSpan.Zero;
        for (int i = 0; i < Copies; i++)
        {
            byte[] copy = Damage(file, random, i % 4);
            var clock = Stopwatch.StartNew();
            refused += IsImported(copy) ? 0 : 1;
            slowest = clock.Elapsed > slowest ? clock.Elapsed : slowest;
        }
        Assert.IsLessThan(1, slowest.TotalSeconds);
        Assert.IsGreaterThan(Copies / 4, refused);
    }

    /// <summary>Damage, half of it in the part with most tables: the first or last kilobytes.</summary>
    private static byte[] Damage(byte[] file, Random random, int kind)
    {
        if (kind == 0)
        {
            return file[..random.Next(file.Length)];
        }
        byte[] copy = [.. file];
        int changes = 1 + random.Next(kind == 1 ? 3 : 20);
        for (int i = 0; i < changes; i++)
        {
            int window = Math.Min(file.Length - 4, 6000);
            int at = random.Next(3) switch
            {
                0 => random.Next(window),
                1 => file.Length - 4 - random.Next(window),
                _ => random.Next(file.Length - 4),
            };
            switch (kind)
            {
                case 1:
                    copy[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    BitConverter.TryWriteBytes(copy.AsSpan(at & ~3), random.Next(int.MinValue, int.MaxValue));
                    break;
                default:
                    BitConverter.TryWriteBytes(copy.AsSpan(at & ~3), random.Next(-3, 300));
                    break;
            }
        }
        return copy;
    }

    private static bool IsImported(byte[] file)
    {
        try
        {
            AtmFile model = TfliteImporter.Import(file).File;
            RunSmall(model);
            return true;
        }
        catch (ImportException refused)
        {
            Assert.DoesNotContain("\n", refused.Message);
            return false;
        }
        catch (ModelException)
        {
            return false;
        }
    }

    /// <summary>What is imported can be run, whatever its numbers are.</summary>
    private static void RunSmall(AtmFile model)
    {
        var summary = new ModelSummary(model);
        if (summary.Macs < 100_000 && summary.Layers.Sum(layer => (long)layer.OutputBytes) < 100_000)
        {
            using var runner = new ModelRunner(model, KernelLibrary.Product);
            _ = runner.Infer(new byte[runner.TensorBytes(0)]);
        }
    }

    /// <summary>Every supported operator once.</summary>
    private static byte[] SmallFile()
    {
        var builder = new TfliteBuilder();
        TensorSpec input = builder.Activation("in", [1, 8, 8, 4]);
        input.Type = TensorType.Float32;
        TensorSpec Map(string name, int size, int channels) => builder.Activation(name, [1, size, size, channels]);
        int quantized = Map("quantized", 8, 4);
        builder.Operator(BuiltinOperator.Quantize, [input], quantized);
        int padded = Map("padded", 10, 4);
        int pads = builder.Integers("pads", [4, 2], 0, 0, 1, 1, 1, 1, 0, 0);
        builder.Operator(BuiltinOperator.Pad, [quantized, pads], padded);
        float[] scales = [.. Enumerable.Repeat(0.01f, 6)];
        float[] biasScales = [.. Enumerable.Repeat(0.05f * 0.01f, 6)];
        int convolved = Map("convolved", 8, 6);
        int filter = builder.Constant("w1", [6, 3, 3, 4], new sbyte[216], scales);
        int bias = builder.Bias("b1", new int[6], biasScales);
        builder.Convolution([padded, filter, bias], convolved, same: false, activation: 3);
        int depthwise = Map("depthwise", 8, 6);
        int taps = builder.Constant("w2", [1, 3, 3, 6], new sbyte[54], scales, dimension: 3);
        builder.Depthwise([convolved, taps, builder.Bias("b2", new int[6], biasScales)], depthwise, 1);
        int sum = Map("sum", 8, 6);
        builder.Add(convolved, depthwise, sum);
        int product = Map("product", 8, 6);
        builder.Mul(sum, builder.Constant("k", [6], [1, 2, 3, 4, 5, 6], [0.1f]), product);
        int activated = Map("activated", 8, 6);
        builder.Operator(BuiltinOperator.Relu6, [product], activated);
        int average = Map("average", 4, 6);
        builder.Pool(BuiltinOperator.AveragePool2D, activated, average, 2, 2);
        int largest = Map("largest", 2, 6);
        builder.Pool(BuiltinOperator.MaxPool2D, average, largest, 2, 2);
        int mean = builder.Activation("mean", [1, 1, 1, 6]);
        builder.Mean(largest, builder.Integers("axes", [2], 1, 2), mean, true);
        int flat = builder.Activation("flat", [1, 6]);
        builder.Operator(BuiltinOperator.Reshape, [mean, builder.Integers("shape", [2], 1, 6)], flat);
        int scores = builder.Activation("scores", [1, 3]);
        int last = builder.Constant("w3", [3, 6], new sbyte[18], [0.01f]);
        builder.FullyConnected([flat, last, builder.Bias("b3", new int[3], [0.05f * 0.01f])], scores);
        int probabilities = builder.Activation("probabilities", [1, 3], 1f / 256, -128);
        builder.Softmax(scores, probabilities);
        TensorSpec output = builder.Activation("out", [1, 3]);
        output.Type = TensorType.Float32;
        builder.Operator(BuiltinOperator.Dequantize, [probabilities], output);
        return builder.Build();
    }
}
