using Attune.Host.Baselines;
using Attune.Host.Model;
using Attune.Model;
using Attune.Tests.Engine;

namespace Attune.Tests.Baselines;

[TestClass]
public sealed class IntegerParametersTest
{
    /// <summary>One convolution with s_w = M * output scale / input scale = 0.5 * 0.25 / 0.5 = 0.25; s_a s_w = 0.125.</summary>
    private static readonly AtmFile Model = new TinyModel(1, 1, 1, 2)
        .Convolution(new LayerSpec { Channels = 2, Multipliers = [0.5, 0.05] })
        .Head(new LayerSpec { Channels = 2, Multipliers = [0.5] })
        .Build();

    [TestMethod]
    public void A_weight_steps_by_rate_over_the_square_of_its_scale()
    {
        var parameters = new IntegerParameters(Model);
        sbyte before = parameters.Weights[0][1];
        parameters.StepWeight(0, 1, 0.5, 0.375); // 0.375 * 0.5 / 0.0625 = 3
        Assert.AreEqual(before - 3, parameters.Weights[0][1]);
        parameters.StepWeight(0, 1, -0.5, 0.375);
        Assert.AreEqual(before, parameters.Weights[0][1]);
    }

    [TestMethod]
    public void A_bias_steps_by_rate_over_the_square_of_its_own_scale()
    {
        var parameters = new IntegerParameters(Model);
        int before = parameters.Biases[0][0];
        parameters.StepBias(0, 0, 0.5, 0.375); // 0.375 * 0.5 / 0.015625 = 12
        Assert.AreEqual(before - 12, parameters.Biases[0][0]);
    }

    [TestMethod]
    [DataRow(0.49, 0)]
    [DataRow(0.5, -1)]
    [DataRow(-0.5, 1)]
    [DataRow(1.49, -1)]
    [DataRow(1000, -127)]
    [DataRow(-1000, 127)]
    [DataRow(double.NaN, 0)]
    [DataRow(double.PositiveInfinity, 0)]
    public void Steps_are_rounded_to_the_nearest_and_clipped(double units, int expected)
    {
        var parameters = new IntegerParameters(Model);
        parameters.Weights[0][0] = 0;
        parameters.StepWeight(0, 0, units * 0.0625, 1);
        Assert.AreEqual(expected, parameters.Weights[0][0]);
    }

    [TestMethod]
    public void Bias_steps_are_one_over_the_multiplier_and_at_least_one()
    {
        var parameters = new IntegerParameters(Model);
        Assert.AreEqual(2, parameters.BiasSteps[0][0]);
        Assert.AreEqual(20, parameters.BiasSteps[0][1]);
    }

    [TestMethod]
    public void The_model_made_from_them_differs_in_them_alone()
    {
        var parameters = new IntegerParameters(Model);
        parameters.Weights[0][0] = 55;
        parameters.Biases[1][1] = -77;
        AtmFile made = AtmFile.Parse(parameters.ToModel());
        var again = new IntegerParameters(made);
        Assert.AreEqual(55, again.Weights[0][0]);
        Assert.AreEqual(-77, again.Biases[1][1]);
        Assert.AreEqual(Model.Header(HeaderField.Adaptations) + 1, made.Header(HeaderField.Adaptations));
        CollectionAssert.AreEqual(parameters.Weights[1], again.Weights[1]);
        CollectionAssert.AreEqual(parameters.Biases[0], again.Biases[0]);
        Assert.AreEqual(Model.Bytes.Length, made.Bytes.Length);
    }
}
