using Attune.Host.Reference.Demo;
using Attune.Tests.Commands;
using Attune.Tests.Engine;

namespace Attune.Tests.Running;

/// <summary>Held-out samples that are not held out, and sorted samples of which only the first are taken.</summary>
[TestClass]
public sealed class SampleAdviceTest : IDisposable
{
    private static readonly string[] Trains = ["--method", "align+zo", "--layers", "block 1"];
    private readonly CommandLine line = new();

    public SampleAdviceTest() => File.WriteAllBytes(line.Path("net.atm"), DemoNetwork.Load().Bytes);

    public void Dispose() => line.Dispose();

    [TestMethod]
    public void Equal_samples_are_refused_where_they_decide_and_said_where_they_do_not()
    {
        Write("t.ats", 0, 20, type: 1);
        // The same images, in another element type and order.
        Write("v.ats", 19, 20, type: 0, step: -1);
        const string Said = "v.ats: all 20 samples are also in ";
        Assert.AreEqual(1, line.Run([.. Card(), .. Trains]));
        StringAssert.Contains(line.Errors, Said);
        StringAssert.Contains(line.Errors, "hold other samples out, or add --force");
        Assert.HasCount(1, line.Errors.Trim().Split('\n'));
        Assert.IsFalse(Directory.Exists(line.Path("card")));
        line.Must([.. Card(), .. Trains, "--force"]);
        StringAssert.Contains(line.Errors, Said);
        line.Must([.. Card(), "--force"]);
        StringAssert.Contains(line.Errors, Said);
        line.Must("train", line.Path("card"));
        StringAssert.Contains(line.Errors, "valid.ats: all 20 samples are also in ");
    }

    [TestMethod]
    public void An_overlap_is_said_with_its_numbers()
    {
        Write("t.ats", 0, 20);
        Write("v.ats", 15, 20, labels: sample => sample < 2 ? 0 : (15 + sample) % 10);
        line.Must([.. Card(), .. Trains]);
        StringAssert.Contains(line.Errors, "v.ats: 5 of 20 samples are also in ");
        StringAssert.Contains(
            line.Errors,
            "t.ats, 2 of them with another label; accuracy on them says nothing of new ones"
        );
        line.Must("train", line.Path("card"));
        StringAssert.Contains(line.Errors, "valid.ats: 5 of 20 samples are also in ");
        line.Must("train", line.Path("card"));
        Assert.DoesNotContain("are also in", line.Errors, "said once");
    }

    [TestMethod]
    public void Samples_that_are_held_out_are_not_remarked_on()
    {
        Write("t.ats", 0, 20);
        Write("v.ats", 20, 20);
        line.Must([.. Card(), .. Trains]);
        Assert.AreEqual("", line.Errors);
    }

    [TestMethod]
    public void A_part_of_sorted_samples_is_said()
    {
        Write("t.ats", 0, 20, labels: sample => sample / 2);
        Write("v.ats", 20, 20);
        line.Must([.. Card(), "--align-samples", "7"]);
        StringAssert.Contains(
            line.Errors,
            "t.ats: is sorted by class, and align-samples takes its first 7 samples: 4 of 10 classes; pack it with --shuffle 1"
        );
        line.Must([.. Card(), "--align-samples", "19"]);
        line.Must([.. Card(), "--align-samples", "20"]);
        Assert.AreEqual("", line.Errors);
        Write("t.ats", 0, 20);
        line.Must([.. Card(), "--align-samples", "7"]);
        Assert.AreEqual("", line.Errors);
    }

    private string[] Card() => CardInputsForTests.Arguments(line, "card");

    /// <summary>Samples first, first + step...: each has values of its own.</summary>
    private void Write(string name, int first, int count, int type = 1, int step = 1, Func<int, int>? labels = null)
    {
        int Number(int sample) => first + step * sample;
        byte[] bytes = SampleBytes.File(
            count,
            32,
            32,
            3,
            type,
            10,
            (sample, element) => (byte)((Number(sample) * 37 + element * 11) ^ (type == 1 ? 0 : 0x80))
        );
        int record = 8 + 3072;
        for (int sample = 0; sample < count; sample++)
        {
            int at = SampleBytes.HeaderBytes + record * sample;
            SampleBytes.Put(bytes, at, labels?.Invoke(sample) ?? (Number(sample) % 10));
            SampleBytes.SealRecord(bytes, at, record);
        }
        File.WriteAllBytes(line.Path(name), bytes);
    }
}
