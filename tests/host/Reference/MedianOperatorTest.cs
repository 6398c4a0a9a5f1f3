using Attune.Host.Import;
using Attune.Host.Model;
using Attune.Host.Reference;
using Attune.Host.Reference.Training;
using Attune.Model;
using Attune.Tests.Conformance;
using Attune.Tests.Engine;

namespace Attune.Tests.Reference;

/// <summary>
/// MEDIAN_2D in FP32. It is constant but for jumps, so its gradient is not compared with differences but with what it says:
/// every output is one of the inputs.
/// </summary>
[TestClass]
public sealed class MedianOperatorTest
{
    private static readonly int[] Shape = [1, 6, 5, 2];

    [TestMethod]
    [DataRow(0f)]
    [DataRow(0.7f)]
    [DataRow(float.PositiveInfinity)]
    public void Outputs_and_gradients_are_those_of_the_chosen_inputs(float threshold)
    {
        var network = GradientCheck.Around(
            (shape, input, _) =>
                new FloatLayer
                {
                    Operator = Operators.Median2D,
                    Input = input,
                    InputShape = shape,
                    OutputShape = shape,
                    Threshold = threshold,
                },
            Shape
        );
        var pass = new BatchPass(network, 1, 1);
        GradientCheck.Normal(new SeededRandom(4), 60, 1).CopyTo(pass.Input(0));
        pass.Forward(1, true);
        pass.Backward([1], new ParameterGradients(network));
        ReadOnlySpan<float> values = pass.Tensor(1, 0);
        var gradient = new float[60];
        int replaced = 0;
        for (int i = 0; i < 60; i++)
        {
            int chosen = Chosen(values, i, threshold);
            replaced += chosen == i ? 0 : 1;
            Assert.AreEqual(values[chosen], pass.Tensor(2, 0)[i]);
            gradient[chosen] += pass.Gradient(2, 0)[i];
        }
        Assert.AreEqual(float.IsPositiveInfinity(threshold), replaced == 0);
        for (int i = 0; i < 60; i++)
        {
            Assert.AreEqual(gradient[i], pass.Gradient(1, 0)[i], 1e-6);
        }
        Assert.IsTrue(gradient.Any(value => Math.Abs(value) > 0.01));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(20)]
    [DataRow(255)]
    public void The_real_form_of_a_quantized_median_chooses_the_same_values(int threshold)
    {
        AtmBuilder builder = AtmBuilder.From(InputFilter.Insert(SampleModels.Residual(), 3));
        builder.Record(0)[RecordField.Threshold] = threshold;
        AtmFile file = builder.Build();
        var pass = new BatchPass(FloatNetwork.FromAtm(file), 1, 1);
        using var runner = new ModelRunner(file, KernelLibrary.Product);
        float scale = file.Single(0, RecordField.InputScale);
        foreach (byte[] sample in TinyModel.Samples(file, 6, 10, 0, 60).Values)
        {
            for (int i = 0; i < sample.Length; i++)
            {
                pass.Input(0)[i] = scale * ((sbyte)sample[i] - file.InputZero);
            }
            pass.Forward(1);
            runner.Infer(sample);
            byte[] expected = runner.Read(1);
            for (int i = 0; i < sample.Length; i++)
            {
                Assert.AreEqual(scale * ((sbyte)expected[i] - file.InputZero), pass.Tensor(1, 0)[i]);
            }
        }
    }

    private static int Chosen(ReadOnlySpan<float> values, int at, float threshold)
    {
        int y = at / Shape[3] / Shape[2];
        int x = at / Shape[3] % Shape[2];
        var window = new List<(float Value, int Place)>();
        for (int row = y - 1; row <= y + 1; row++)
        {
            for (int column = x - 1; column <= x + 1; column++)
            {
                int inside = Math.Clamp(row, 0, Shape[1] - 1) * Shape[2] + Math.Clamp(column, 0, Shape[2] - 1);
                int place = inside * Shape[3] + at % Shape[3];
                window.Add((values[place], place));
            }
        }
        var median = window.OrderBy(one => one.Value).ElementAt(4);
        return Math.Abs(values[at] - median.Value) > threshold ? median.Place : at;
    }
}
