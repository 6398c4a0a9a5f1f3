using Attune.Host.Bench;
using Attune.Host.Data;
using Attune.Tests.Commands;

namespace Attune.Tests.Bench;

/// <summary>Files of results: whatever interrupts a run, no cell is lost but those in work, and none is measured twice.</summary>
[TestClass]
public sealed class BenchFileTest : IDisposable
{
    private readonly CommandLine folder = new();

    private string Results => folder.Path("results.jsonl");

    [TestMethod]
    public void A_line_reads_back_as_it_was_written()
    {
        BenchLine line = FakeTable.Line(12) with
        {
            Variant = "queries=5 layers=block_1",
            Points =
            [
                [0, 0.25],
                [1000.5, 0.5],
            ],
            Values = new SortedDictionary<string, double> { ["cosine"] = 0.125 },
            Macs = 1L << 40,
        };
        BenchLine back = BenchLine.Parse(line.Write(), "here");
        Assert.AreEqual(line.Write(), back.Write());
        Assert.AreEqual(line.Key, back.Key);
        StringAssert.StartsWith(
            line.Write(),
            """{"table":"7","corruption":"fog","severity":5,"method":"attune","variant":"queries=5 layers=block_1","seed":12,"accuracy":0.12,"""
        );
    }

    [TestMethod]
    public void The_key_has_everything_that_a_cell_depends_on()
    {
        BenchLine line = FakeTable.Line(1) with { Limit = 1000, Train = 10, Budget = 4096 };
        BenchLine[] others =
        [
            line with
            {
                Table = "4",
            },
            line with
            {
                Split = "held-out",
            },
            line with
            {
                Corruption = "snow",
            },
            line with
            {
                Severity = 4,
            },
            line with
            {
                Method = "align",
            },
            line with
            {
                Variant = "queries=5",
            },
            line with
            {
                Seed = 2,
            },
            line with
            {
                Limit = 2000,
            },
            line with
            {
                Train = 11,
            },
            line with
            {
                Test = 99,
            },
            line with
            {
                Budget = 8192,
            },
        ];
        string[] keys = [line.Key, .. others.Select(other => other.Key)];
        Assert.AreEqual(keys.Length, keys.Distinct().Count());
        Assert.AreEqual(line.Key, (line with { Accuracy = 0.5, Seconds = 1, Git = "abc" }).Key);
    }

    [TestMethod]
    public void A_torn_last_line_is_cut_off_and_its_cell_is_measured_again()
    {
        using (var file = new BenchFile(Results))
        {
            file.Append(FakeTable.Line(0));
            file.Append(FakeTable.Line(1));
            file.Append(FakeTable.Line(2));
        }
        string whole = File.ReadAllText(Results);
        File.WriteAllText(Results, whole[..^9]);
        Assert.HasCount(2, BenchFile.Read(Results));
        var table = new FakeTable(4);
        Run(table, out BenchRunner.Summary summary);
        Assert.AreEqual(2, table.Measured);
        Assert.IsTrue(summary.Complete);
        CollectionAssert.AreEqual(
            new double?[] { 0, 0.01, 0.02, 0.03 },
            summary.Lines.Select(line => line.Accuracy).ToArray()
        );
        CollectionAssert.AreEqual(
            new int?[] { 0, 1, 2, 3 },
            BenchFile.Read(Results).Select(line => line.Seed).ToArray()
        );
    }

    [TestMethod]
    public void An_interrupted_run_goes_on_where_it_was()
    {
        using var cancellation = new CancellationTokenSource();
        var table = new FakeTable(6)
        {
            Before = number =>
            {
                if (number == 3)
                {
                    cancellation.Cancel();
                    throw new OperationCanceledException();
                }
            },
        };
        Run(table, out BenchRunner.Summary summary, cancellation.Token);
        Assert.IsFalse(summary.Complete);
        Assert.HasCount(3, BenchFile.Read(Results));
        var again = new FakeTable(6);
        Run(again, out summary);
        Assert.AreEqual(3, again.Measured);
        Assert.IsTrue(summary.Complete);
        Assert.HasCount(6, summary.Lines);
    }

    [TestMethod]
    public void A_cell_that_fails_does_not_stop_the_others()
    {
        var table = new FakeTable(4)
        {
            Before = number =>
            {
                if (number == 1)
                {
                    throw new DataException("this one cannot be measured");
                }
            },
        };
        Run(table, out BenchRunner.Summary summary);
        Assert.AreEqual(1, summary.Failed);
        Assert.AreEqual(3, summary.Measured);
        Assert.IsTrue(summary.Complete);
    }

    [TestMethod]
    public void A_file_that_is_being_written_is_refused_to_a_second_writer()
    {
        using var file = new BenchFile(Results);
        var error = Assert.ThrowsExactly<DataException>(() => new BenchFile(Results));
        StringAssert.Contains(error.Message, "--shard");
        // Reading it is possible all the time.
        file.Append(FakeTable.Line(1));
        Assert.HasCount(1, BenchFile.Read(Results));
    }

    [TestMethod]
    public void A_damaged_line_is_named()
    {
        File.WriteAllText(Results, FakeTable.Line(0).Write() + "\n{\"table\":7}\n");
        var error = Assert.ThrowsExactly<DataException>(() => new BenchFile(Results));
        StringAssert.Contains(error.Message, "results.jsonl line 2");
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(5)]
    public void Shards_merged_are_what_one_process_measures(int shards)
    {
        var table = new FakeTable(7);
        IReadOnlyList<BenchCell> cells = table.Cells(new BenchSettings());
        for (int shard = 1; shard <= shards; shard++)
        {
            using var file = new BenchFile(BenchFile.ShardPath(Results, shard, shards));
            IReadOnlyList<BenchCell> own = BenchRunner.Shard(cells, shard, shards);
            Assert.AreEqual((7 + shards - shard) / shards, own.Count);
            _ = Runner(table).Run(own, file, [], CancellationToken.None);
        }
        Assert.AreEqual(7, table.Measured);
        BenchFile.Merge(Results);
        string one = folder.Path("one.jsonl");
        using (var file = new BenchFile(one))
        {
            _ = Runner(table).Run(cells, file, [], CancellationToken.None);
        }
        BenchFile.Merge(one);
        CollectionAssert.AreEqual(Bare(one), Bare(Results));
        Assert.IsEmpty(Directory.GetFiles(folder.Folder, "*-of-*"));
    }

    [TestMethod]
    public void Merging_joins_equal_cells_and_refuses_different_results()
    {
        Write(BenchFile.ShardPath(Results, 1, 2), FakeTable.Line(1) with { Seconds = 3 });
        Write(BenchFile.ShardPath(Results, 2, 2), FakeTable.Line(1) with { Seconds = 4 }, FakeTable.Line(2));
        Assert.HasCount(2, BenchFile.Merge(Results));
        Write(BenchFile.ShardPath(Results, 1, 2), FakeTable.Line(1) with { Forwards = 11 });
        var error = Assert.ThrowsExactly<DataException>(() => BenchFile.Merge(Results));
        StringAssert.Contains(error.Message, FakeTable.Line(1).Key);
        Assert.HasCount(2, BenchFile.Read(Results));
    }

    public void Dispose() => folder.Dispose();

    private static BenchRunner Runner(IBenchTable table) => new(table, new BenchData("nowhere"), 1);

    private static void Write(string path, params BenchLine[] lines)
    {
        using var file = new BenchFile(path);
        foreach (BenchLine line in lines)
        {
            file.Append(line);
        }
    }

    private static string[] Bare(string path) =>
        [.. BenchFile.Read(path).Select(line => (line with { Seconds = null, Date = null }).Write())];

    private void Run(FakeTable table, out BenchRunner.Summary summary, CancellationToken cancellation = default)
    {
        using var file = new BenchFile(Results);
        summary = Runner(table).Run(table.Cells(new BenchSettings()), file, [], cancellation);
    }
}
