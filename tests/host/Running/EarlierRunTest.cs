using System.Text;
using Attune.Tests.Commands;

namespace Attune.Tests.Running;

/// <summary>Results in a card folder stay with the job that made them.</summary>
[TestClass]
public sealed class EarlierRunTest : IDisposable
{
    private static readonly string[] Quick = ["--align-samples", "8", "--input-filter", "off"];
    private static readonly string[] Results = ["state-a.atc", "state-b.atc", "log.csv", "adapted.atm"];
    private readonly CommandLine line = new();

    public EarlierRunTest() => CardInputsForTests.Write(line);

    private string Card => line.Path("card/attune");

    public void Dispose() => line.Dispose();

    [TestMethod]
    public void A_card_over_a_finished_run_sets_all_of_it_aside_as_a_card_of_its_own()
    {
        Make();
        line.Must("train", Card);
        byte[] adapted = File.ReadAllBytes(Path.Combine(Card, "adapted.atm"));
        Make("--seed", "2");
        StringAssert.Contains(line.Errors, "the run that was here is set aside in " + Path.Combine(Card, "old-1"));
        string[] inputs = ["job.txt", "model.atm", "train.ats", "valid.ats"];
        CollectionAssert.AreEquivalent(inputs, Files(Card));
        CollectionAssert.AreEqual(adapted, File.ReadAllBytes(Path.Combine(Card, "old-1", "adapted.atm")));
        line.Must("report", Path.Combine(Card, "old-1"), "-o", line.Path("old.html"));
        Assert.DoesNotContain("left out", line.Errors);

        Assert.AreEqual(1, line.Run("report", Card, "-o", line.Path("new.html")));
        StringAssert.Contains(line.Errors, "log.csv: there is no such file");
        line.Must("train", Card);
        Make("--seed", "3");
        StringAssert.Contains(line.Errors, "old-2");
    }

    [TestMethod]
    public void A_card_over_an_unfinished_run_is_refused_unless_forced_and_then_nothing_is_lost()
    {
        Make();
        Interrupt();
        Dictionary<string, byte[]> before = Contents(Card);
        Assert.AreEqual(1, line.Run([.. Arguments(), "--seed", "2"]));
        StringAssert.Contains(line.Errors, $"{Card}: holds an unfinished run of another job (align, unit ");
        StringAssert.Contains(line.Errors, "finish it with 'attune train', or add --force to set it aside");
        Assert.HasCount(1, line.Errors.Trim().Split('\n'));
        AssertSame(before, Contents(Card));

        Make("--seed", "2", "--force");
        AssertSame(before, Contents(Path.Combine(Card, "old-1")));
        line.Must("train", Card);
    }

    [TestMethod]
    public void The_same_card_again_leaves_its_run_where_it_is()
    {
        Make();
        line.Must("train", Card);
        Dictionary<string, byte[]> before = Contents(Card);
        Make();
        StringAssert.Contains(line.Errors, "this job is done here; its result stays");
        AssertSame(before, Contents(Card));
        Make("--force");
        Assert.IsTrue(File.Exists(Path.Combine(Card, "old-1", "adapted.atm")));

        Interrupt();
        before = Contents(Card);
        Make();
        StringAssert.Contains(line.Errors, "this job has begun here (align, unit ");
        AssertSame(before, Contents(Card));
    }

    [TestMethod]
    public void Other_samples_of_the_same_number_are_another_job()
    {
        Make();
        line.Must("train", Card);
        File.Copy(line.Path("t.ats"), line.Path("first.ats"));
        line.Must("data", "pictograms", "--generator", "9", "--images", "24", "-o", line.Path("t.ats"));
        Make();
        CollectionAssert.AreEqual(
            File.ReadAllBytes(line.Path("first.ats")),
            File.ReadAllBytes(Path.Combine(Card, "old-1", "train.ats"))
        );
        CollectionAssert.AreEqual(
            File.ReadAllBytes(line.Path("t.ats")),
            File.ReadAllBytes(Path.Combine(Card, "train.ats"))
        );
    }

    [TestMethod]
    public void A_cards_own_files_can_be_its_new_ones()
    {
        Make();
        line.Must("train", Card);
        string Own(string name) => Path.Combine(Card, name);
        byte[] adapted = File.ReadAllBytes(Own("adapted.atm"));
        byte[] samples = File.ReadAllBytes(Own("train.ats"));
        line.Must([
            "card",
            line.Path("card"),
            "-m",
            Own("adapted.atm"),
            "-t",
            Own("train.ats"),
            "-v",
            Own("valid.ats"),
            .. Quick,
        ]);
        CollectionAssert.AreEqual(adapted, File.ReadAllBytes(Own("model.atm")));
        CollectionAssert.AreEqual(samples, File.ReadAllBytes(Own("train.ats")));
        CollectionAssert.AreEqual(samples, File.ReadAllBytes(Own("old-1/train.ats")));
        line.Must("train", Card);
    }

    [TestMethod]
    public void Train_and_report_do_not_take_results_of_a_job_that_was_changed_by_hand()
    {
        Make();
        line.Must("train", Card);
        string job = Path.Combine(Card, "job.txt");
        File.WriteAllText(job, File.ReadAllText(job).Replace("seed = 1", "seed = 5"));
        line.Must("report", Card, "-o", line.Path("report.html"));
        StringAssert.Contains(
            line.Errors,
            "left out: state-a.atc, state-b.atc, log.csv, adapted.atm: they belong to another job, model or samples"
        );
        string page = File.ReadAllText(line.Path("report.html"));
        StringAssert.Contains(page, "Left out");
        Assert.DoesNotContain("Learning curve", page);

        Dictionary<string, byte[]> before = Contents(Card);
        line.Must("train", Card);
        StringAssert.Contains(line.Errors, "results of another job are set aside in " + Path.Combine(Card, "old-1"));
        CollectionAssert.AreEquivalent(Results, Files(Path.Combine(Card, "old-1")));
        CollectionAssert.AreEqual(before["adapted.atm"], File.ReadAllBytes(Path.Combine(Card, "old-1", "adapted.atm")));
        line.Must("report", Card, "-o", line.Path("report.html"));
        Assert.DoesNotContain("left out", line.Errors);
    }

    [TestMethod]
    public void Report_leaves_out_what_a_begun_run_has_not_made_and_a_strange_log()
    {
        Make();
        line.Must("train", Card);
        Interrupt("--restart");
        line.Must("report", Card, "-o", line.Path("report.html"));
        StringAssert.Contains(line.Errors, "left out: adapted.atm: the run of this job has not come so far");

        line.Must("train", Card);
        File.WriteAllText(Path.Combine(Card, "log.csv"), "stage,block,unit,loss,rate,correct,forwards\n");
        line.Must("report", Card, "-o", line.Path("report.html"));
        StringAssert.Contains(
            line.Errors,
            "left out: log.csv: it is not the log that the checkpoint of this job knows"
        );
        File.Delete(Path.Combine(Card, "state-a.atc"));
        File.Delete(Path.Combine(Card, "state-b.atc"));
        line.Must("report", Card, "-o", line.Path("report.html"));
        StringAssert.Contains(
            line.Errors,
            "log.csv, events.txt, adapted.atm: no checkpoint says which job they belong to"
        );
    }

    [TestMethod]
    public void A_run_of_a_version_that_cannot_go_on_is_set_aside()
    {
        Make();
        File.WriteAllBytes(Path.Combine(Card, "state-a.atc"), Encoding.ASCII.GetBytes("ATC1\u0002\0\0\0"));
        Make("--seed", "2");
        Assert.IsTrue(File.Exists(Path.Combine(Card, "old-1", "state-a.atc")));
    }

    private void Make(params string[] more) => line.Must([.. Arguments(), .. more]);

    private string[] Arguments() =>
        [.. CardInputsForTests.Arguments(line, "card"), .. Quick, "--checkpoint-steps", "1"];

    /// <summary>Runs until the storage fails for good: a checkpoint is left.</summary>
    private void Interrupt(params string[] options)
    {
        bool stopped = false;
        try
        {
            Attune.Host.Commands.TrainCommand.Run(
                Card,
                options.Contains("--restart"),
                threads: 1,
                test: null,
                session =>
                {
                    stopped = session.Stage == Attune.Runs.StageKind.Align && session.Unit >= 2;
                    if (stopped)
                    {
                        throw new OperationCanceledException();
                    }
                }
            );
        }
        catch (OperationCanceledException)
        {
            // As if the power had gone.
        }
        Assert.IsTrue(stopped, "the run was not interrupted");
        File.Delete(Path.Combine(Card, "events.txt"));
    }

    private static string[] Files(string folder) =>
        [.. Directory.GetFiles(folder).Select(path => Path.GetFileName(path))];

    private static Dictionary<string, byte[]> Contents(string folder) =>
        Directory.GetFiles(folder).ToDictionary(path => Path.GetFileName(path), File.ReadAllBytes);

    private static void AssertSame(Dictionary<string, byte[]> expected, Dictionary<string, byte[]> actual)
    {
        CollectionAssert.AreEquivalent(expected.Keys, actual.Keys);
        foreach (var (name, bytes) in expected)
        {
            CollectionAssert.AreEqual(bytes, actual[name], name);
        }
    }
}
