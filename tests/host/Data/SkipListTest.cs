using System.Text;
using Attune.Data;
using Attune.Host.Data;
using Attune.Memory;
using Attune.Storage;
using Attune.Testing;
using Attune.Tests.Engine;

namespace Attune.Tests.Data;

/// <summary>Samples that are left out, and those in their place.</summary>
[TestClass]
public sealed class SkipListTest
{
    private readonly MemoryStorage storage = new();

    [TestMethod]
    public void Added_samples_are_read_back()
    {
        SkipList list = SkipList.Read(storage);
        list.Add(storage, SkipList.Training, 17);
        list.Add(storage, SkipList.Validation, 3);
        list.Add(storage, SkipList.Training, 17);
        Assert.AreEqual("train.ats 17\nvalid.ats 3\n", storage.Text(CardFiles.Skips));
        SkipList again = SkipList.Read(storage);
        Assert.AreEqual(2, again.Count);
        Assert.IsTrue(again.Contains(SkipList.Training, 17) && again.Contains(SkipList.Validation, 3));
        Assert.IsFalse(again.Contains(SkipList.Validation, 17) || again.Contains(SkipList.Training, 3));
        again.Add(storage, SkipList.Training, 0);
        Assert.AreEqual("train.ats 17\nvalid.ats 3\ntrain.ats 0\n", storage.Text(CardFiles.Skips));
    }

    [TestMethod]
    public void Power_lost_at_any_step_leaves_the_old_list_or_the_new_one()
    {
        // The line of entry 34 lies in two sectors.
        foreach (int entries in (int[])[0, 1, 33, 34, 35])
        {
            var old = new MemoryStorage();
            SkipList.Read(old);
            SkipList list = SkipList.Read(old);
            for (int entry = 0; entry < entries; entry++)
            {
                list.Add(old, SkipList.Training, 1000 + entry);
            }
            for (int step = 1, steps = 1; step <= steps; step++)
            {
                MemoryStorage files = old.Copy();
                var faulty = new FaultStorage(files, (uint)step);
                SkipList read = SkipList.Read(faulty);
                faulty.Arm(FaultStorage.PowerLoss, step);
                try
                {
                    read.Add(faulty, SkipList.Training, 77777);
                    Assert.IsGreaterThan(0, faulty.WriteSteps);
                }
                catch (PowerLossException)
                {
                    steps = step + 1;
                }
                SkipList left = SkipList.Read(files);
                Assert.IsTrue(
                    left.Count == entries || left.Count == entries + 1 && left.Contains(SkipList.Training, 77777)
                );
                left.Add(files, SkipList.Validation, 5);
                Assert.AreEqual(left.Count, SkipList.Read(files).Count);
            }
        }
    }

    [TestMethod]
    [DataRow("train.ats\n", "line 1")]
    [DataRow("train.ats 1\nother.ats 2\n", "line 2")]
    [DataRow("train.ats -1\n", "line 1")]
    [DataRow("train.ats 1.5\n", "line 1")]
    [DataRow("train.ats 16777216\n", "line 1")]
    [DataRow("train.ats x\n", "line 1")]
    public void A_line_that_is_none_is_named(string text, string part)
    {
        storage.Files[CardFiles.Skips] = Encoding.ASCII.GetBytes(text);
        var error = Assert.ThrowsExactly<StorageException>(() => SkipList.Read(storage));
        Assert.AreEqual(CardFault.BadSamples, error.Fault);
        StringAssert.StartsWith(error.Message, "skip.txt " + part);
    }

    [TestMethod]
    public void Too_many_samples_are_refused()
    {
        SkipList list = SkipList.Read(storage);
        for (int sample = 0; sample < SkipList.Most; sample++)
        {
            list.Add(storage, SkipList.Training, sample);
        }
        var error = Assert.ThrowsExactly<StorageException>(() => list.Add(storage, SkipList.Training, 1000));
        StringAssert.Contains(error.Message, "no sample");
        Assert.AreEqual(SkipList.Most, SkipList.Read(storage).Count);
    }

    [TestMethod]
    public void The_next_sample_stands_in_the_place_of_one_that_is_left_out()
    {
        SkipList list = SkipList.Read(storage);
        foreach (int sample in (int[])[1, 2, 4])
        {
            list.Add(storage, SkipList.Training, sample);
        }
        list.Add(storage, SkipList.Validation, 0);
        var marks = new Marks();
        var guarded = new GuardedSamples(Numbered(5), SkipList.Training, list, marks);
        using var arena = new Arena(16);
        int[] loaded = [.. Enumerable.Range(0, 5).Select(index => guarded.Load(index, arena, 0))];
        CollectionAssert.AreEqual((int[])[0, 3, 3, 3, 0], loaded);
        CollectionAssert.AreEqual((int[])[0, 3, 3, 3, 0], marks.Samples);
        Assert.AreEqual((5, 5, 1), (guarded.Count, guarded.Classes, guarded.SampleBytes));
        Assert.AreEqual(1, new GuardedSamples(Numbered(5), SkipList.Validation, list, null!).Load(0, arena, 0));
    }

    [TestMethod]
    public void A_list_that_leaves_nothing_is_refused()
    {
        SkipList list = SkipList.Read(storage);
        list.Add(storage, SkipList.Training, 0);
        list.Add(storage, SkipList.Training, 5);
        _ = new GuardedSamples(Numbered(2), SkipList.Training, list, null!);
        list.Add(storage, SkipList.Training, 1);
        var error = Assert.ThrowsExactly<StorageException>(() =>
            new GuardedSamples(Numbered(2), SkipList.Training, list, null!)
        );
        StringAssert.Contains(error.Message, "every sample of train.ats");
    }

    [TestMethod]
    public void Guarding_a_sample_allocates_nothing()
    {
        SkipList list = SkipList.Read(storage);
        list.Add(storage, SkipList.Training, 1);
        var guarded = new GuardedSamples(Numbered(5), SkipList.Training, list, null!);
        using var arena = new Arena(16);
        guarded.Load(0, arena, 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int index = 0; index < 1000; index++)
        {
            guarded.Load(index % 5, arena, 0);
        }
        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static MemorySamples Numbered(int count) =>
        new(
            Enumerable.Range(0, count).Select(index => new[] { (byte)index }).ToArray(),
            Enumerable.Range(0, count).ToArray(),
            count
        );

    private sealed class Marks : ISampleMark
    {
        public List<int> Samples { get; } = [];

        public void Loading(int file, int sample)
        {
            Assert.AreEqual(SkipList.Training, file);
            Samples.Add(sample);
        }
    }
}
