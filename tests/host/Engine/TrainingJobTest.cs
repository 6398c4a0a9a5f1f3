using System.Text;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Memory;
using Attune.Runs;
using Attune.Storage;
using Attune.Training;

namespace Attune.Tests.Engine;

[TestClass]
public sealed class TrainingJobTest
{
    /// <summary>Every key with a good value that is not the default.</summary>
    private static readonly string[] Good =
    [
        "method = align",
        "method = zo",
        "board = stm32h7b3",
        "arena = 1048576",
        "seed = 4294967295",
        "epochs = 100000",
        "batch = 65536",
        "queries = 1e3",
        "layer-queries = 3,5,7,65536",
        "learning-rate = 2.5e-3",
        "layers = all",
        "layers = auto",
        "layers = head",
        "layers = block 63",
        "layers = 3,5-9,11",
        "parts = weights",
        "parts = biases",
        "parts = scales",
        "align-depth = 40",
        "perturbation = weights",
        "perturbation = nodes",
        "update = sequential",
        "rounding = nearest",
        "norm-scaling = off",
        "quantization-scaling = off",
        "align-samples = 100",
        "align-guard = 0",
        "align-guard = 2.5",
        "align-prior = 16",
        "profile = paper",
        "profile = attune",
        "centering = on",
        "head = exact",
        "objective = pseudo-labels",
        "minimum-loss = 0.25",
        "full-rate-loss = 0.5",
        "augment-flip = on",
        "augment-shift = 64",
        "augment-time-shift = 65535",
        "augment-gain = 255",
        "rounding = carried",
        "optimizer = momentum",
        "optimizer = adam",
        "momentum = 0.9999",
        "momentum = 0",
        "method = fqt",
        "profile = fqt",
        "lambda-min = 0.1",
        "lambda-max = 0.5",
        "align-groups = 1024",
        "align-epsilon = 1e-9",
        "verify-model = off",
        "checkpoint-steps = 1",
    ];

    /// <summary>Lines with keys of training that are refused.</summary>
    private static readonly string[] BadTraining =
    [
        "epochs = 0",
        "epochs = 100001",
        "batch = 0",
        "batch = 65537",
        "queries = 0",
        "queries = 65537",
        "queries = 1e30",
        "layer-queries = 3",
        "layer-queries = 3,0",
        "layer-queries = 3,65537",
        "layer-queries = a,b",
        "learning-rate = fast",
        "learning-rate = -0.1",
        "learning-rate = 1000001",
        "layers = none",
        "layers = block 64",
        "layers = block -1",
        "layers = block",
        "layers = 9-5",
        "layers = 1-5000",
        "layers = 1,,2",
        "layers = -3",
        "parts = all",
        "perturbation = mixed",
        "update = local",
        "rounding = up",
        "norm-scaling = yes",
        "quantization-scaling = 1",
        "centering = 1",
        "head = closed",
        "objective = loss",
        "minimum-loss = -1",
        "full-rate-loss = -1",
        "augment-flip = 1",
        "augment-shift = 65",
        "augment-shift = -1",
        "augment-shift = 1.5",
        "augment-time-shift = 65536",
        "augment-gain = 256",
        "optimizer = adamw",
        "lambda-min = 0",
        "lambda-min = -0.1",
        "lambda-min = 1.01",
        "lambda-max = 0",
        "lambda-max = nan",
        "momentum = 1",
        "momentum = 0.99991",
        "momentum = -0.1",
    ];

    /// <summary>Other lines that are refused.</summary>
    private static readonly string[] BadOthers =
    [
        "method = sgd",
        "board =",
        "arena = 1023",
        "arena = 1073741825",
        "arena = much",
        "seed = -1",
        "seed = 4294967296",
        "seed = 1.5",
        "align-depth = 0",
        "align-depth = 101",
        "align-samples = -1",
        "align-guard = -1",
        "align-guard = wide",
        "align-guard = 1000001",
        "align-prior = 65537",
        "align-groups = 1025",
        "profile = best",
        "align-epsilon = 0",
        "align-epsilon = -1",
        "align-epsilon = 1e-23",
        "checkpoint-steps = 0",
        "verify-model = yes",
        "speed = high",
        "just words",
        "= 5",
        "batch",
    ];

    public static IEnumerable<object[]> Bad => from line in BadTraining.Concat(BadOthers) select new object[] { line };

    [TestMethod]
    public void A_job_that_is_written_reads_back_the_same()
    {
        var random = new Random(1);
        string defaults = new TrainingJob().Write();
        Assert.AreEqual(defaults, TrainingJob.Parse(defaults).Write());
        Assert.AreEqual(defaults, TrainingJob.Parse("").Write());
        foreach (string line in Good)
        {
            string written = TrainingJob.Parse(line).Write();
            Assert.AreEqual(written, TrainingJob.Parse(written).Write(), line);
            bool sameAsDefault = line is "layers = auto";
            Assert.AreEqual(sameAsDefault, written == defaults, line);
        }
        for (int trial = 0; trial < 300; trial++)
        {
            string text = string.Join("\n", Good.Where(_ => random.Next(2) == 0).OrderBy(_ => random.Next()));
            string written = TrainingJob.Parse(text).Write();
            Assert.AreEqual(written, TrainingJob.Parse(written).Write(), text);
        }
    }

    [TestMethod]
    public void A_profile_sets_the_keys_of_a_method_and_later_keys_change_single_ones()
    {
        // Section 4.1 of the paper, but for N = 100 as gradient accumulation.
        TrainingJob paper = TrainingJob.Parse("head = exact\ncentering = on\nprofile = paper\nqueries = 50");
        Assert.IsTrue(
            paper.Trains && !paper.Align && !paper.Training.Stochastic && !paper.Training.Sequential && !paper.Rollback
        );
        Assert.IsTrue(
            paper.Training.NormScaling
                && paper.Training.QuantizationScaling
                && !paper.Training.ExactHead
                && !paper.Training.Centering
        );
        Assert.AreEqual(0.01f, paper.Training.LearningRate);
        Assert.AreEqual((50, 100, 50), (paper.Training.Epochs, paper.Training.Batch, paper.Training.Queries));
        Assert.AreEqual(LayerChoice.Automatic, paper.Training.Layers);
        TrainingJob attune = TrainingJob.Parse("align-guard = 0\nprofile = attune\nseed = 3");
        Assert.IsTrue(attune.Align && !attune.Trains && attune.Rollback);
        Assert.AreEqual(3u, attune.Training.Seed);
        string others =
            "method = zo\ninput-filter = off\nalign-samples = 9\nalign-guard = 0\nalign-prior = 8\nalign-depth = 7\n"
            + "align-groups = 6\nrollback = off\n";
        Assert.AreEqual(
            TrainingJob.Parse("method = align").Canonical(),
            TrainingJob.Parse(others + "profile = attune").Canonical()
        );
        Assert.DoesNotContain("profile", paper.Write());
    }

    [TestMethod]
    public void Values_are_taken_as_written()
    {
        TrainingJob job = TrainingJob.Parse(
            "# a job\r\n\r\n  method=align+zo # both\r\nlearning-rate = 0.1\nlayers = 3,5-7\nlayer-queries = 3,20,5,1\n"
                + "queries = 4\nseed = 4294967295\nalign-epsilon = 0.5\nrounding = stochastic"
        );
        Assert.IsTrue(job.Align && job.Trains && job.Training.Stochastic);
        Assert.AreEqual(0.1f, job.Training.LearningRate);
        Assert.AreEqual(0.5f, job.Alignment.Epsilon);
        CollectionAssert.AreEqual((int[])[3, 5, 6, 7], job.Training.Layers.Numbers);
        Assert.AreEqual(20, job.Training.QueriesOf(3));
        Assert.AreEqual(4, job.Training.QueriesOf(4));
        Assert.AreEqual(1, job.Training.QueriesOf(5));
        Assert.AreEqual(uint.MaxValue, job.Training.Seed);
        Assert.AreEqual(2, TrainingJob.Parse("layers = block 2").Training.Layers.Block);
        Assert.AreEqual(LayerChoice.All, TrainingJob.Parse("layers = all").Training.Layers);
    }

    [TestMethod]
    [DynamicData(nameof(Bad))]
    public void A_bad_line_is_named_with_its_key_in_one_line(string line)
    {
        var error = Assert.ThrowsExactly<JobException>(() =>
            TrainingJob.Parse("# comment\n\nbatch = 3\n" + line + "\n")
        );
        StringAssert.StartsWith(error.Message, "job.txt line 4: ");
        Assert.IsFalse(error.Message.Contains('\n'));
        int equals = line.IndexOf('=');
        if (equals > 0)
        {
            StringAssert.Contains(error.Message, line[..equals].Trim());
        }
    }

    [TestMethod]
    public void A_job_file_of_an_enormous_size_is_refused()
    {
        var storage = new MemoryStorage();
        storage.Files["job.txt"] = new byte[65537];
        StringAssert.Contains(Assert.ThrowsExactly<JobException>(() => CardRun.ReadJob(storage)).Message, "65537");
        storage.Files["job.txt"] = Encoding.UTF8.GetBytes("batch = 7");
        Assert.AreEqual(7, CardRun.ReadJob(storage).Training.Batch);
        storage.Files.Clear();
        Assert.ThrowsExactly<StorageException>(() => CardRun.ReadJob(storage));
    }

    [TestMethod]
    [DataRow("method = align", "statistics", false, 4, 32)]
    [DataRow("layers = all", "training samples", true, 4, 35)]
    [DataRow("layers = block 4", "blocks 0..3", true, 4, 32)]
    [DataRow("layers = 0", "layer 0", true, 4, 32)]
    [DataRow("layers = 99", "layer 99", true, 4, 32)]
    [DataRow("layers = all", "no labels", true, 0, 32)]
    [DataRow("layers = all", "5 classes", true, 5, 32)]
    [DataRow("layers = auto", "valid.ats", true, 4, 32)]
    [DataRow("method = align", "the training samples have 3 classes, the model 4", true, 3, 32)]
    [DataRow("method = align", "the training samples have 5 classes, the model 4", true, 5, 32)]
    [DataRow("method = learn;layers = all;parts = scales", "parts: method = learn moves no output", true, 4, 32)]
    [DataRow("method = hybrid;layers = all;parts = scales", "parts: method = hybrid moves no output", true, 4, 32)]
    [DataRow("layers = all;full-rate-loss = 1", "full-rate-loss: method = zo passes no errors back", true, 4, 32)]
    [DataRow("method = fqt;layers = all;parts = scales", "parts: method = fqt moves no output", true, 4, 32)]
    [DataRow("method = fqt;layers = all;optimizer = adam", "optimizer: method = fqt standardises", true, 4, 32)]
    [DataRow("method = learn;layers = all;lambda-max = 0.5", "lambda-min: is above lambda-max", true, 4, 32)]
    [DataRow("layers = all;lambda-min = 0.5", "lambda-min: method = zo passes no errors back", true, 4, 32)]
    [DataRow("layers = 5;parts = biases", "nothing to train", true, 4, 32)]
    public void A_job_that_does_not_go_with_its_model_and_samples_is_refused(
        string lines,
        string part,
        bool statistics,
        int classes,
        int bytes
    )
    {
        AtmFile file = SampleModels.Residual(statistics && lines != "layers = 5;parts = biases");
        TrainingJob job = TrainingJob.Parse("method = zo\narena = 1000000\n" + lines.Replace(';', '\n'));
        using var arena = new Arena(job.ArenaBytes);
        arena.LoadModel(file.Bytes);
        MemorySamples good = TinyModel.Samples(file, 1, 3, classes, 10);
        var samples = good with { Values = [.. good.Values.Select(_ => new byte[bytes])] };
        var error = Assert.ThrowsExactly<JobException>(() => new TrainingSession(arena, job, samples, null!));
        StringAssert.Contains(error.Message, part);
        Assert.AreEqual(0, arena.HighWater);
    }
}
