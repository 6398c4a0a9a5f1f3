using Attune.Execution;
using Attune.Host.Baselines;
using Attune.Host.Data;
using Attune.Host.Import;
using Attune.Host.Model;
using Attune.Host.Reference;
using Attune.Host.Reference.Training;
using Attune.Host.Running;
using Attune.Memory;
using Attune.Model;

namespace Attune.Tests.Baselines;

/// <summary>Models whose input filter is at rest: it passes on every value, so baselines must not see it.</summary>
[TestClass]
public sealed class InputFilterBaselineTest
{
    [TestMethod]
    public void A_filter_at_rest_changes_neither_loss_nor_gradient_of_back_propagation()
    {
        AtmFile plain = BaselineModels.Model;
        AtmFile filtered = InputFilter.Insert(plain, 3);
        MemorySamples samples = BaselineModels.Samples(6);
        var (loss, gradients) = Measure(plain, samples);
        var (filteredLoss, filteredGradients) = Measure(filtered, samples);
        Assert.AreEqual(loss, filteredLoss);
        foreach (int layer in BaselineModels.WeightedLayers(plain))
        {
            CollectionAssert.AreEqual(gradients.Weights[layer], filteredGradients.Weights[layer + 2], $"layer {layer}");
        }
    }

    [TestMethod]
    public void The_runner_of_baselines_has_the_scores_of_the_engine()
    {
        AtmFile model = InputFilter.Insert(BaselineModels.Model, 3);
        MemorySamples samples = BaselineModels.Samples(20);
        using var runner = new IntegerRunner(model, ownParameters: true);
        using Arena arena = Evaluator.Load(model.Bytes);
        var view = new QuantizedModel(arena);
        var network = new Network(arena, view, MemoryPlan.ForInference(new PlanRequest(view, arena)));
        network.UseInference();
        var expected = new byte[model.Elements(model.LogitsTensor)];
        var scores = new sbyte[expected.Length];
        for (int index = 0; index < samples.Count; index++)
        {
            network.Load(samples, index);
            network.Classify();
            arena.Read(network.TensorAt(model.LogitsTensor), expected, 0, expected.Length);
            runner.Run((sbyte[])(Array)samples.Values[index]);
            runner.Read(model.LogitsTensor, scores);
            CollectionAssert.AreEqual(Array.ConvertAll(expected, value => (sbyte)value), scores, $"sample {index}");
        }
    }

    private static (double Loss, ParameterGradients Gradients) Measure(AtmFile model, MemorySamples samples)
    {
        using var pass = new IntegerBatchPass(model, new IntegerParameters(model), TrainableParameters.All, 1);
        var gradients = new ParameterGradients(FloatNetwork.FromAtm(model));
        double loss = pass.AddGradients(samples, Enumerable.Range(0, samples.Count).ToArray(), gradients);
        return (loss, gradients);
    }
}
