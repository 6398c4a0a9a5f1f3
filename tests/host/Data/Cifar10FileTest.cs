using Attune.Host.Data;

namespace Attune.Tests.Data;

[TestClass]
public sealed class Cifar10FileTest
{
    [TestMethod]
    public void Planes_become_interleaved_pixels()
    {
        using var files = new Files();
        var bytes = new byte[2 * 3073];
        bytes[0] = 7;
        bytes[3073] = 9;
        for (int i = 0; i < 3072; i++)
        {
            bytes[3074 + i] = (byte)(i / 1024 * 80 + i % 1024 % 37);
        }

        using var set = Cifar10File.Open(files.Write(bytes, "x.bin"));

        Assert.AreEqual((2, 32, 32, 3), (set.Count, set.Height, set.Width, set.Channels));
        Assert.AreEqual((7, 0), (set.Read(0).Label, set.Read(0).Index));
        var second = set.Read(1);
        Assert.AreEqual((9, 1), (second.Label, second.Index));
        int at = second.Image.Offset(3, 5);
        int value = (3 * 32 + 5) % 37;
        CollectionAssert.AreEqual(
            new[] { value, 80 + value, 160 + value },
            second.Image.Pixels[at..(at + 3)].Select(x => (int)x).ToArray()
        );
    }

    /// <summary>The first images of the test set are a cat, a ship, a ship, an airplane, a frog; 1000 of each class.</summary>
    [TestMethod]
    public void The_test_batch_has_the_known_labels()
    {
        using var set = Cifar10File.Open(SharedFolder.Require("data", "cifar10", "test_batch.bin"));

        int[] labels = [.. set.ReadAll().Select(image => image.Label)];

        int[] first = [3, 8, 8, 0, 6];
        CollectionAssert.AreEqual(first, labels[..5]);
        Assert.AreEqual("cat", set.Classes[labels[0]]);
        for (int label = 0; label < 10; label++)
        {
            Assert.AreEqual(1000, labels.Count(one => one == label));
        }
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(3072)]
    [DataRow(3074)]
    public void A_file_of_broken_records_is_refused(int length)
    {
        using var files = new Files();
        string path = files.Write(new byte[length], "x.bin");

        var error = Assert.ThrowsExactly<DataException>(() => Cifar10File.Open(path));

        StringAssert.StartsWith(error.Message, $"{path}, byte {length / 3073 * 3073}: {length} bytes");
    }

    [TestMethod]
    public void A_label_above_nine_is_refused_where_it_stands()
    {
        using var files = new Files();
        var bytes = new byte[2 * 3073];
        bytes[3073] = 10;
        using var set = Cifar10File.Open(files.Write(bytes, "x.bin"));
        set.Read(0);

        var error = Assert.ThrowsExactly<DataException>(() => set.Read(1));
        var again = Assert.ThrowsExactly<DataException>(() => set.ReadAll().Count());

        StringAssert.Contains(error.Message, "byte 3073: record 1 has label 10");
        Assert.AreEqual(error.Message, again.Message);
    }
}
