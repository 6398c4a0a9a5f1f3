using Attune.Data;
using Attune.Host.Data;
using Attune.Host.Import;
using Attune.Host.Model;
using Attune.Host.Reference.Demo;
using Attune.Host.Running;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;

namespace Attune.Tests.Engine;

/// <summary>What plan says that a job costs is what a session counts, or at least not less.</summary>
[TestClass]
public sealed class JobCostTest
{
    private const int Samples = 12;

    [TestMethod]
    [DataRow("method = align")]
    [DataRow("method = align;align-depth = 100;align-groups = 3")]
    [DataRow("method = align;align-samples = 5")]
    [DataRow("method = align;arena = 34000")]
    [DataRow("method = zo;layers = head;epochs = 2;batch = 4;queries = 3")]
    [DataRow("method = align+zo;layers = 2,3;steps = 3;batch = 4;queries = 3")]
    public void A_job_without_a_choice_costs_what_is_planned(string lines)
    {
        var (planned, counted) = Run(DemoNetwork.Load(), lines, 0);
        Assert.IsGreaterThan(0, counted);
        Assert.AreEqual(counted, planned.AdaptationMacs);
        Assert.AreEqual(planned.AdaptationMacs, planned.Macs);
    }

    [TestMethod]
    [DataRow("method = align")]
    [DataRow("method = align;input-filter = denoise")]
    [DataRow("method = align;input-filter = repair")]
    public void An_input_filter_costs_at_most_what_is_planned(string lines)
    {
        AtmFile model = InputFilter.Insert(DemoNetwork.Load(), 5);
        model = Calibrator.Calibrate(model, Pictures(PictogramSet.Field, Samples), Samples, _ => { });
        var (planned, counted) = Run(model, lines, 0);
        Assert.IsLessThanOrEqualTo(planned.AdaptationMacs, counted);
        Assert.IsGreaterThan(planned.AdaptationMacs / 3, counted);
    }

    [TestMethod]
    public void Trials_of_blocks_cost_at_most_what_is_planned()
    {
        const int HeldOut = 10;
        var (planned, counted) = Run(DemoNetwork.Load(), "method = zo;epochs = 1;batch = 6;queries = 1", HeldOut);
        Assert.IsLessThanOrEqualTo(planned.AdaptationMacs, counted);
        Assert.IsGreaterThan(planned.AdaptationMacs / 3, counted);
        CostPart evaluations = planned.Parts.Single(part => part.Name == JobCost.Evaluations);
        Assert.AreEqual(0, evaluations.Macs % HeldOut);
        Assert.AreEqual(planned.Macs, planned.AdaptationMacs + evaluations.Macs);
    }

    private static (JobCost Planned, long Counted) Run(AtmFile file, string lines, int heldOut)
    {
        TrainingJob job = TrainingJob.Parse("arena = 1000000\n" + lines.Replace(';', '\n'));
        using var arena = new Arena(job.ArenaBytes);
        arena.LoadModel(file.Bytes);
        var model = new QuantizedModel(arena);
        var forecast = new JobForecast(model, arena, Samples, heldOut);
        MemorySamples field = Pictures(PictogramSet.Field, Samples);
        ISampleSource? held = heldOut > 0 ? Pictures(PictogramSet.HeldOut, heldOut) : null;
        JobCost planned = forecast.Of(job).Cost!;
        var session = new TrainingSession(arena, job, field, held!);
        while (session.Advance(null!)) { }
        return (planned, session.AdaptationMacs);
    }

    private static MemorySamples Pictures(ulong series, int count)
    {
        using var set = new PictogramSet(series, count);
        var all = Enumerable.Range(0, count).Select(set.Read).ToList();
        return new MemorySamples(
            [.. all.Select(one => Array.ConvertAll(one.Image.Pixels, pixel => (byte)(pixel ^ 0x80)))],
            [.. all.Select(one => one.Label)],
            set.Classes.Count
        );
    }
}
