using Attune.Storage;
using Attune.Testing;

namespace Attune.Tests.Engine;

/// <summary>Faults leave what a card with a FAT file system would have, and the same for the same seed.</summary>
[TestClass]
public sealed class FaultStorageTest
{
    private const int Seeds = 60;

    [TestMethod]
    public void A_torn_sector_is_new_up_to_a_byte_and_old_behind_it()
    {
        var kept = new HashSet<int>();
        for (uint seed = 0; seed < Seeds; seed++)
        {
            byte[] after = Cut(seed, Filled(1, 1024), 2, file => file.Write(Filled(2, 1024), 0, 1024));
            Assert.HasCount(1024, after);
            int changed = after.TakeWhile(value => value == 2).Count();
            Assert.IsTrue(after.Skip(changed).All(value => value == 1));
            kept.Add(changed);
        }
        // The second step is the second sector: the first one is whole.
        Assert.IsTrue(kept.All(count => count is >= 512 and <= 1024));
        Assert.IsGreaterThan(Seeds / 2, kept.Count);
    }

    [TestMethod]
    public void A_file_that_grew_has_its_old_or_its_new_size()
    {
        var sizes = new HashSet<int>();
        for (uint seed = 0; seed < Seeds; seed++)
        {
            void Append(IStorageFile file)
            {
                file.Seek(700);
                file.Write(Filled(2, 100), 0, 100);
            }
            byte[] torn = Cut(seed, Filled(1, 700), 1, Append);
            Assert.HasCount(700, torn);
            byte[] after = Cut(seed, Filled(1, 700), 2, Append);
            Assert.IsTrue(after.Take(700).All(value => value == 1));
            Assert.IsTrue(after.Skip(700).All(value => value == 2));
            sizes.Add(after.Length);
        }
        CollectionAssert.AreEquivalent(new HashSet<int> { 700, 800 }.ToArray(), sizes.ToArray());
    }

    [TestMethod]
    public void A_file_that_is_cut_has_garbage_or_its_new_size()
    {
        var sizes = new HashSet<int>();
        bool garbage = false;
        for (uint seed = 0; seed < Seeds; seed++)
        {
            byte[] after = Cut(seed, Filled(1, 700), 2, file => file.Truncate(600));
            Assert.IsTrue(after.Take(600).All(value => value == 1));
            garbage |= after.Skip(600).Any(value => value != 1);
            sizes.Add(after.Length);
        }
        CollectionAssert.AreEquivalent(new HashSet<int> { 600, 700 }.ToArray(), sizes.ToArray());
        Assert.IsTrue(garbage);
    }

    [TestMethod]
    public void A_renaming_leaves_either_name_or_both_and_then_removing_one_ruins_the_other()
    {
        var found = new HashSet<string>();
        for (uint seed = 0; seed < Seeds; seed++)
        {
            var files = new MemoryStorage();
            files.Files["new"] = Filled(2, 700);
            var storage = new FaultStorage(files, seed);
            storage.Arm(FaultStorage.PowerLoss, 1 + (int)seed % 2);
            Assert.ThrowsExactly<PowerLossException>(() => storage.Replace("new", "name"));
            storage.Restart();
            found.Add(string.Join('+', files.Files.Keys.Order()));
            Assert.IsTrue(files.Files.Values.All(bytes => bytes.Length == 700 && bytes.All(value => value == 2)));
            if (files.Files.Count == 2)
            {
                storage.Delete("new");
                Assert.IsTrue(files.Files["name"].Any(value => value != 2));
            }
        }
        CollectionAssert.AreEquivalent(new HashSet<string> { "new", "name", "name+new" }.ToArray(), found.ToArray());
    }

    [TestMethod]
    public void After_a_loss_every_call_fails_until_the_power_is_back_and_open_files_stay_dead()
    {
        var storage = new FaultStorage(new MemoryStorage(), 1);
        using IStorageFile file = storage.Create("a");
        file.Write(Filled(1, 10), 0, 10);
        storage.Arm(FaultStorage.PowerLoss, 1);
        Assert.ThrowsExactly<PowerLossException>(() => storage.Delete("a"));
        Assert.IsTrue(storage.IsDown);
        Assert.ThrowsExactly<PowerLossException>(() => storage.Exists("a"));
        Assert.ThrowsExactly<PowerLossException>(() => storage.OpenRead("a"));
        Assert.ThrowsExactly<PowerLossException>(() => storage.OpenWrite("a"));
        Assert.ThrowsExactly<PowerLossException>(() => storage.Replace("a", "b"));
        Assert.ThrowsExactly<PowerLossException>(() => file.Write(Filled(1, 1), 0, 1));
        storage.Restart();
        Assert.AreEqual(CardFault.CardError, Assert.ThrowsExactly<StorageException>(() => file.Seek(0)).Fault);
        storage.Create("b").Dispose();
        Assert.IsTrue(storage.Exists("b"));
    }

    [TestMethod]
    public void A_full_card_takes_what_it_has_room_for_and_overwriting_needs_none()
    {
        var files = new MemoryStorage();
        var storage = new FaultStorage(files, 1) { Free = 700 };
        using IStorageFile file = storage.Create("a");
        var error = Assert.ThrowsExactly<StorageException>(() => file.Write(Filled(1, 900), 0, 900));
        Assert.AreEqual(CardFault.CardFull, error.Fault);
        Assert.HasCount(700, files.Files["a"]);
        file.Seek(0);
        file.Write(Filled(2, 700), 0, 700);
        file.Truncate(500);
        Assert.AreEqual(200, storage.Free);
        storage.Delete("a");
        Assert.AreEqual(700, storage.Free);
    }

    private static byte[] Filled(byte value, int count)
    {
        var bytes = new byte[count];
        Array.Fill(bytes, value);
        return bytes;
    }

    /// <summary>What a change of a file leaves that loses power at a step, counted from 1.</summary>
    private static byte[] Cut(uint seed, byte[] before, int step, Action<IStorageFile> change)
    {
        byte[] Once()
        {
            var files = new MemoryStorage();
            files.Files["a"] = [.. before];
            var storage = new FaultStorage(files, seed);
            storage.Arm(FaultStorage.PowerLoss, step);
            using IStorageFile file = storage.OpenWrite("a");
            Assert.ThrowsExactly<PowerLossException>(() => change(file));
            return files.Files["a"];
        }
        byte[] after = Once();
        CollectionAssert.AreEqual(after, Once(), "the same seed");
        return after;
    }
}
