using System.Text;
using Attune.Storage;

namespace Attune.Tests.Engine;

/// <summary>Files of a folder: what is written is read, and failures say which file, where and why.</summary>
[TestClass]
public sealed class FolderStorageTest
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("attune-storage");
    private FolderStorage storage = null!;

    [TestInitialize]
    public void Open() => storage = new FolderStorage(folder.FullName);

    [TestCleanup]
    public void Remove() => folder.Delete(true);

    [TestMethod]
    public void Written_and_replaced_bytes_are_read()
    {
        Write(storage.Create("a"), "two");
        Write(storage.OpenWrite("a"), "one");
        using (IStorageFile file = storage.OpenWrite("a"))
        {
            file.Seek(3);
            Write(file, "two...");
        }
        Assert.AreEqual("onetwo...", Read("a", 0, 9));
        using (IStorageFile file = storage.OpenWrite("a"))
        {
            file.Seek(9);
            file.Truncate(6);
            Assert.AreEqual(6, file.Length);
        }
        Assert.AreEqual("etw", Read("a", 2, 3));
        Write(storage.OpenWrite("b"), "new");
        Assert.AreEqual("new", Read("b", 0, 3));
        storage.Replace("a", "b");
        Assert.IsFalse(storage.Exists("a"));
        Assert.AreEqual("onetwo", Read("b", 0, 6));
        Write(storage.Create("b"), "x");
        Assert.AreEqual("x", Read("b", 0, 1));
        storage.Delete("b");
        storage.Delete("b");
        Assert.IsFalse(storage.Exists("b"));
    }

    [TestMethod]
    public void Failures_name_the_file()
    {
        Write(storage.Create("short"), "12345");
        AssertFails("short: ends at byte 5, needed up to 6", () => Read("short", 2, 4));
        AssertFails("none: there is no such file", () => storage.OpenRead("none"));
        AssertFails("none: cannot be renamed to short: ", () => storage.Replace("none", "short"));
        folder.CreateSubdirectory("taken");
        AssertFails("taken: cannot be opened: ", () => storage.Create("taken"));
        AssertFails("missing/a: cannot be opened: ", () => storage.Create("missing/a"));
    }

    [TestMethod]
    public void A_failed_replacement_keeps_the_old_file()
    {
        Write(storage.Create("kept"), "old");
        AssertFails("none: cannot be renamed", () => storage.Replace("none", "kept"));
        Assert.AreEqual("old", Read("kept", 0, 3));
    }

    private static void Write(IStorageFile file, string text)
    {
        using (file)
        {
            byte[] bytes = Encoding.ASCII.GetBytes("<" + text + ">");
            file.Write(bytes, 1, text.Length);
        }
    }

    private string Read(string name, long offset, int count)
    {
        using IStorageFile file = storage.OpenRead(name);
        file.Seek(offset);
        byte[] bytes = new byte[count + 2];
        file.Read(bytes, 1, count);
        return Encoding.ASCII.GetString(bytes, 1, count);
    }

    private static void AssertFails(string message, Action action)
    {
        var error = Assert.ThrowsExactly<StorageException>(action);
        StringAssert.Contains(error.Message, message);
        Assert.DoesNotContain("\n", error.Message);
    }
}
