using System.Text.Json;
using Attune.Host.Import;
using Attune.Host.Model;
using Attune.Host.Running;
using Attune.Tests.Commands;

namespace Attune.Tests.Running;

/// <summary>What a run without labels can say: how sure the network is, and how far its channels are from calibration.</summary>
[TestClass]
public sealed class DomainShiftTest : IDisposable
{
    private readonly CommandLine line = new();

    public DomainShiftTest()
    {
        CardInputsForTests.Write(line);
        line.Must("data", "pictograms", "--images", "40", "-o", line.Path("clean.ats"));
        line.Must(
            "data",
            "pictograms",
            "--images",
            "40",
            "--generator",
            "4",
            "--corruption",
            "fog",
            "-o",
            line.Path("fog.ats")
        );
        line.Must("import", line.Path("net.atm"), "-o", line.Path("cal.atm"), "--calibrate", line.Path("clean.ats"));
    }

    public void Dispose() => line.Dispose();

    [TestMethod]
    public void The_calibration_samples_are_no_distance_from_themselves()
    {
        AtmFile file = ModelLoader.Load(line.Path("cal.atm"));
        DomainShift shift = DomainShift.Of(file, line.Path("clean.ats"), 1);
        Assert.AreEqual(40, shift.Samples);
        Assert.AreEqual(0.0, shift.MeanShift!.Value, 1e-5);
        Assert.AreEqual(1.0, shift.Spread!.Value, 1e-5);
        Assert.AreEqual(shift, DomainShift.Of(file, line.Path("clean.ats"), 3));
    }

    [TestMethod]
    public void The_entropy_is_that_of_the_softmax_of_the_scores()
    {
        AtmFile file = ModelLoader.Load(line.Path("net.atm"));
        using var samples = Attune.Host.Data.SampleReader.Open(line.Path("t.ats"));
        using var runner = new IntegerRunner(file);
        sbyte[] logits = new sbyte[10];
        double scale = file.Single(file.LogitsTensor - 1, Attune.Model.RecordField.OutputScale);
        double expected = samples
            .ReadAll()
            .Average(sample =>
            {
                runner.Run(Array.ConvertAll(sample.Elements, value => (sbyte)(byte)(value ^ 0x80)));
                runner.Read(file.LogitsTensor, logits);
                double[] powers = [.. logits.Select(value => Math.Exp(scale * value))];
                return -powers.Sum(power => power / powers.Sum() * Math.Log(power / powers.Sum()));
            });
        Assert.AreEqual(expected, DomainShift.Of(file, line.Path("t.ats"), 2).Entropy!.Value, 1e-9);
    }

    [TestMethod]
    public void A_run_without_labels_prints_both_and_so_does_its_report()
    {
        line.Must("card", line.Path("card"), "-m", line.Path("cal.atm"), "-t", line.Path("fog.ats"));
        line.Must("train", line.Path("card"));
        StringAssert.Contains(
            line.Output,
            "accuracy          not measured: the card has no labelled valid.ats; give --test"
        );
        StringAssert.Contains(line.Output, "entropy           ");
        StringAssert.Contains(line.Output, "channel means     ");
        Assert.DoesNotContain("accuracy after", line.Output);
        line.Must("train", line.Path("card"), "--json");
        JsonElement shift = JsonDocument.Parse(line.Output).RootElement.GetProperty("shift");
        double Of(string when, string what) => shift.GetProperty(when).GetProperty(what).GetDouble();
        Assert.IsLessThan(Of("before", "meanShift"), Of("after", "meanShift"));
        Assert.IsLessThan(Of("before", "spread"), Of("after", "spread"));
        Assert.IsGreaterThan(0.0, Of("before", "entropy"));
        byte[] adapted = File.ReadAllBytes(line.Path("card/attune/adapted.atm"));
        line.Must("report", line.Path("card"), "-o", line.Path("report.html"));
        string page = File.ReadAllText(line.Path("report.html"));
        foreach (string part in (string[])["Without labels", "entropy of the predictions (nats)", "Channel statistics"])
        {
            StringAssert.Contains(page, part);
        }
        CollectionAssert.AreEqual(adapted, File.ReadAllBytes(line.Path("card/attune/adapted.atm")));
    }

    [TestMethod]
    public void An_undone_training_is_not_called_adapted_or_trained()
    {
        string[] options =
        [
            "--method",
            "align+zo",
            "--layers",
            "block 1",
            "--epochs",
            "1",
            "--queries",
            "1",
            "--learning-rate",
            "0",
        ];
        line.Must([.. CardInputsForTests.Arguments(line, "card"), .. options]);
        line.Must("train", line.Path("card"));
        StringAssert.Contains(line.Output, "training undone");
        line.Must("report", line.Path("card"), "-o", line.Path("report.html"));
        string page = File.ReadAllText(line.Path("report.html"));
        StringAssert.Contains(page, "<title>Attune: aligned in the field, training undone</title>");
        StringAssert.Contains(page, "result, training undone");
        Assert.DoesNotContain("adapted in the field", page);
        Assert.DoesNotContain("\"trained\"", page);
        line.Must([.. CardInputsForTests.Arguments(line, "zo"), "--method", "zo", .. options[2..]]);
        line.Must("train", line.Path("zo"));
        line.Must("report", line.Path("zo"), "-o", line.Path("report.html"));
        StringAssert.Contains(
            File.ReadAllText(line.Path("report.html")),
            "<title>Attune: the network is as it was</title>"
        );
    }
}
