using Attune.Memory;
using Attune.Runs;
using Attune.Storage;
using Attune.Testing;

namespace Attune.Tests.Engine;

/// <summary>
/// Every fault but lost power, at random moments of a run: it ends with the fault's number and a line in events.txt or
/// goes on, nothing is half there, and once the fault is over the run ends in the bytes of one that nothing disturbed.
/// </summary>
[TestClass]
public sealed class CardFaultTest
{
    private static readonly MemoryStorage Undisturbed = TestCard.Finished();

    [TestMethod]
    public void A_card_that_is_pulled_and_put_back_goes_on()
    {
        int steps = Measure().WriteSteps;
        for (int at = 1; at <= steps; at += 3)
        {
            Follow(storage => storage.Arm(FaultStorage.Removal, at), $"write step {at}", CardFault.CardError);
        }
    }

    [TestMethod]
    public void A_read_that_fails_ends_the_run_or_is_made_up_for()
    {
        int reads = Measure().ReadSteps;
        for (int at = 1; at <= reads; at++)
        {
            Follow(storage => storage.Arm(FaultStorage.ReadError, at), $"read {at}", CardFault.CardError);
        }
    }

    [TestMethod]
    public void A_bit_that_flips_on_its_way_is_noticed_wherever_it_matters()
    {
        int reads = Measure().ReadSteps;
        for (int at = 1; at <= reads; at++)
        {
            // A flipped bit of a model or of a header is a bad file until it is read again.
            Follow(
                storage => storage.Arm(FaultStorage.BitFlip, at),
                $"read {at}",
                CardFault.CardError,
                CardFault.BadModel,
                CardFault.BadSamples
            );
        }
    }

    [TestMethod]
    public void A_card_that_is_full_at_any_byte_goes_on_when_there_is_space()
    {
        FaultStorage whole = Measure(free: 1 << 30);
        int written = (int)((1 << 30) - whole.Free);
        Assert.IsGreaterThan(2000, written);
        int ended = 0;
        for (int free = 0; free < written; free += 37)
        {
            ended += Follow(storage => storage.Free = free, $"{free} bytes free", CardFault.CardFull) ? 1 : 0;
        }
        Assert.IsGreaterThan(written / 37 - 20, ended, "runs that noticed");
    }

    [TestMethod]
    public void A_locked_card_is_refused_at_once_and_left_as_it_was()
    {
        foreach (bool begun in (bool[])[false, true])
        {
            MemoryStorage files = TestCard.Write();
            if (begun)
            {
                Assert.IsFalse(TestCard.Run(files, new Countdown(20)));
            }
            MemoryStorage before = files.Copy();
            var storage = new FaultStorage(files, 1) { ReadOnly = true };
            var error = Assert.ThrowsExactly<StorageException>(() => TestCard.Run(storage));
            Assert.AreEqual(CardFault.ReadOnlyCard, error.Fault);
            Assert.HasCount(before.Files.Count, files.Files);
            foreach (var (name, bytes) in before.Files)
            {
                CollectionAssert.AreEqual(bytes, files.Files[name], name);
            }
            storage.ReadOnly = false;
            Assert.IsTrue(TestCard.Run(storage));
            TestCard.AssertSame(Undisturbed, files, "unlocked");
        }
    }

    [TestMethod]
    public void Any_flipped_bit_of_the_newest_checkpoint_is_named_and_the_other_one_used()
    {
        MemoryStorage stopped = TestCard.Write();
        var power = new FaultStorage(stopped, 3);
        power.Arm(FaultStorage.PowerLoss, 2 * Measure().WriteSteps / 3);
        Assert.ThrowsExactly<PowerLossException>(() => TestCard.Run(power));
        string newest = Checkpoints(stopped).MaxBy(name => BitConverter.ToInt32(stopped.Files[name], 8))!;
        int bytes = 512 + BitConverter.ToInt32(stopped.Files[newest], 16);
        for (int at = 0; at < bytes; at += 11)
        {
            MemoryStorage files = stopped.Copy();
            var storage = new FaultStorage(files, 1);
            storage.Damage(newest, at, at % 8);
            Assert.IsTrue(TestCard.Run(storage));
            StringAssert.Contains(files.Text(CardFiles.Events), newest + ": checksum ");
            StringAssert.Contains(files.Text(CardFiles.Events), "; going on from the other one\n");
            TestCard.AssertSame(Undisturbed, files, $"byte {at}");
        }
    }

    [TestMethod]
    public void A_model_that_changed_in_memory_gives_no_result()
    {
        MemoryStorage files = TestCard.Write();
        using (var card = new Card(files, 0))
        {
            byte[] last = [(byte)(TestCard.Model.Bytes[^1] ^ 1)];
            KernelException.Check(
                Attune.Kernels.Native.ModelWrite(card.Arena.Handle, TestCard.Model.Bytes.Length - 1, last, 0, 1),
                "damaging the model"
            );
            var error = Assert.ThrowsExactly<Attune.Model.ModelException>(() =>
                card.Run.Run(new Countdown(int.MaxValue))
            );
            StringAssert.Contains(error.Message, "checksum differs");
        }
        Assert.IsFalse(files.Exists("aligned.atm"));
        StringAssert.Contains(files.Text(CardFiles.Events), $"fault {CardFault.BadModel}, bad model: ");
        Assert.IsTrue(TestCard.Run(files));
        TestCard.AssertSame(Undisturbed, files, "after another start");
    }

    [TestMethod]
    public void Events_begin_again_after_64_KiB_and_never_join_a_torn_line()
    {
        var files = new MemoryStorage();
        var events = new EventFile(files);
        events.Add("one");
        files.Files[CardFiles.Events] = [.. files.Files[CardFiles.Events], (byte)'t', (byte)'o'];
        events.Add("two");
        Assert.AreEqual("one\nto\ntwo\n", files.Text(CardFiles.Events));
        files.Files[CardFiles.Events] = new byte[65537];
        events.Add("three");
        Assert.AreEqual("three\n", files.Text(CardFiles.Events));
        Assert.AreEqual("one two three", string.Join(' ', events.Lines));
    }

    /// <summary>Runs a card under a fault, restarting it until it is done. Returns whether a run ended.</summary>
    private static bool Follow(Action<FaultStorage> fault, string when, params int[] allowed)
    {
        MemoryStorage files = TestCard.Write();
        var storage = new FaultStorage(files, 9);
        // A run that goes on from a checkpoint, so that reading it is disturbed too.
        Assert.IsFalse(TestCard.Run(files, new Countdown(20)));
        fault(storage);
        bool ended = false;
        for (bool done = false; !done; )
        {
            try
            {
                done = TestCard.Run(storage);
            }
            catch (Exception error)
            {
                Assert.IsFalse(ended, $"{when}: a second fault, {error.Message}");
                ended = true;
                int number = CardFault.Of(error);
                CollectionAssert.Contains(allowed, number, $"{when}: {error}");
                Assert.DoesNotContain("\n", error.Message);
                if (number is not CardFault.CardFull && !storage.IsDown)
                {
                    StringAssert.Contains(
                        files.Text(CardFiles.Events),
                        $"fault {number}, {CardFault.Name(number)}: {error.Message}\n"
                    );
                }
                storage.Restart();
                storage.Free = -1;
            }
        }
        TestCard.AssertSame(Undisturbed, files, $"{when}: {storage.Report}");
        return ended;
    }

    private static IEnumerable<string> Checkpoints(MemoryStorage files) =>
        files.Files.Keys.Where(name => name.EndsWith(".atc", StringComparison.Ordinal));

    /// <summary>Counts the steps of a run from the checkpoint at which the disturbed ones begin.</summary>
    private static FaultStorage Measure(long free = -1)
    {
        MemoryStorage files = TestCard.Write();
        Assert.IsFalse(TestCard.Run(files, new Countdown(20)));
        var storage = new FaultStorage(files, 0) { Free = free };
        Assert.IsTrue(TestCard.Run(storage));
        return storage;
    }
}
