using Attune.Data;
using Attune.Supervision;

namespace Attune.Tests.Supervision;

/// <summary>What a boot knows of the one before.</summary>
[TestClass]
public sealed class BootRecordTest
{
    private readonly FakeBackup memory = new(80);

    [TestMethod]
    public void A_boot_after_an_orderly_end_finds_no_death()
    {
        for (int boot = 1; boot <= 5; boot++)
        {
            var record = new BootRecord(memory);
            Assert.AreEqual(boot, record.Boots);
            Assert.IsFalse(record.Died);
            record.At(5, 6);
            record.Loading(SkipList.Training, 7);
            record.Finish();
        }
    }

    [TestMethod]
    public void A_death_leaves_its_mark_and_deaths_at_the_same_mark_are_counted()
    {
        for (int boot = 1; boot <= 4; boot++)
        {
            var record = new BootRecord(memory);
            Assert.AreEqual(boot - 1, record.Deaths);
            Assert.AreEqual(boot > 1, record.Died);
            if (boot > 1)
            {
                Assert.AreEqual(
                    (5, 1000, 1, 0xABCDEF),
                    (record.DiedStage, record.DiedUnit, record.DiedFile, record.DiedSample)
                );
            }
            record.Loading(SkipList.Validation, 3);
            record.At(5, 1000);
            record.Loading(SkipList.Training, 0xABCDEF);
        }
        var other = new BootRecord(memory);
        Assert.AreEqual(4, other.Deaths);
        other.At(5, 1001);
        other.Loading(SkipList.Training, 0xABCDEF);
        Assert.AreEqual(1, new BootRecord(memory).Deaths, "another unit");
    }

    [TestMethod]
    [DataRow(4, 1000, 1, 7)]
    [DataRow(5, 1001, 1, 7)]
    [DataRow(5, 1000, 2, 7)]
    [DataRow(5, 1000, 1, 8)]
    public void Another_stage_unit_file_or_sample_is_another_mark(int stage, int unit, int file, int sample)
    {
        Die(5, 1000, 1, 7);
        Die(5, 1000, 1, 7);
        Die(stage, unit, file, sample);
        Assert.AreEqual(1, new BootRecord(memory).Deaths);
    }

    [TestMethod]
    public void Another_step_of_the_same_sample_is_another_mark()
    {
        Die(5, 1000, 1, 7);
        Die(5, 1000, 1, 7);
        var record = new BootRecord(memory);
        record.At(5, 1000);
        record.Loading(1, 7);
        record.Step();
        record = new BootRecord(memory);
        Assert.AreEqual(1, record.Deaths);
        record.At(5, 1000);
        record.Loading(1, 7);
        record.Loading(1, 7);
        Assert.AreEqual(2, new BootRecord(memory).Deaths, "as far as before, another way");
    }

    [TestMethod]
    public void A_reset_in_a_pause_is_no_death_and_clears_the_count()
    {
        Die(5, 1000, 1, 7);
        Die(5, 1000, 1, 7);
        var record = new BootRecord(memory);
        Assert.AreEqual(2, record.Deaths);
        record.Pause();
        record = new BootRecord(memory);
        Assert.AreEqual((false, true, 0), (record.Died, record.DiedInPause, record.Deaths));
        Die(5, 1000, 1, 7);
        Assert.AreEqual(1, new BootRecord(memory).Deaths);
    }

    [TestMethod]
    public void A_pause_that_is_over_leaves_the_count()
    {
        Die(5, 1000, 1, 7);
        Die(5, 1000, 1, 7);
        var record = new BootRecord(memory);
        record.Pause();
        record.Resume();
        record.At(5, 1000);
        record.Loading(1, 7);
        record = new BootRecord(memory);
        Assert.AreEqual((true, false, 3), (record.Died, record.DiedInPause, record.Deaths));
    }

    [TestMethod]
    public void What_was_forgiven_is_counted_anew()
    {
        Die(5, 1000, 1, 7);
        Die(5, 1000, 1, 7);
        var record = new BootRecord(memory);
        Assert.AreEqual(2, record.Deaths);
        record.Forgive();
        record.At(5, 1000);
        record.Loading(1, 7);
        Assert.AreEqual(1, new BootRecord(memory).Deaths);
    }

    [TestMethod]
    public void A_boot_that_dies_before_its_first_sample_has_no_sample()
    {
        _ = new BootRecord(memory);
        var record = new BootRecord(memory);
        Assert.IsTrue(record.Died);
        Assert.AreEqual(0, record.DiedFile);
    }

    [TestMethod]
    public void A_copy_that_is_damaged_is_passed_over_for_the_older_one()
    {
        var record = new BootRecord(memory);
        record.At(5, 1);
        record.Loading(1, 10);
        record.Loading(1, 11);
        byte[] whole = [.. memory.Bytes];
        var seen = new HashSet<int>();
        for (int bit = 0; bit < 8 * BootRecord.Bytes; bit++)
        {
            var damaged = new FakeBackup(80);
            whole.CopyTo(damaged.Bytes, 0);
            damaged.Bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            var next = new BootRecord(damaged);
            Assert.AreEqual((2, true), (next.Boots, next.Died));
            seen.Add(next.DiedSample);
        }
        CollectionAssert.AreEquivalent((int[])[10, 11], seen.ToList());
    }

    [TestMethod]
    public void Memory_that_was_never_written_or_is_too_small_or_missing_counts_from_one()
    {
        Array.Fill(memory.Bytes, (byte)0xFF);
        Assert.AreEqual(1, new BootRecord(memory).Boots);
        foreach (int size in (int[])[0, 71])
        {
            var small = new FakeBackup(size);
            for (int boot = 0; boot < 3; boot++)
            {
                var record = new BootRecord(small);
                record.Loading(1, 2);
                Assert.AreEqual((1, false), (record.Boots, record.Died));
            }
            Assert.AreEqual(0, small.Writes);
        }
    }

    [TestMethod]
    public void Marking_a_sample_allocates_nothing()
    {
        var record = new BootRecord(memory);
        record.Loading(1, 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int sample = 0; sample < 1000; sample++)
        {
            record.At(5, sample);
            record.Loading(1, sample);
        }
        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private void Die(int stage, int unit, int file, int sample)
    {
        var record = new BootRecord(memory);
        record.At(stage, unit);
        record.Loading(file, sample);
    }
}
