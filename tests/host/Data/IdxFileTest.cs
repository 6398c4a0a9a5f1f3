using System.Buffers.Binary;
using System.IO.Compression;
using Attune.Host.Data;

namespace Attune.Tests.Data;

/// <summary>Files of MNIST's form: read plain and compressed, and refused where they are damaged or do not fit.</summary>
[TestClass]
public sealed class IdxFileTest
{
    private static readonly string[] Three = ["a", "b", "c"];

    private static byte[] Idx(byte[] values, params int[] shape)
    {
        var bytes = new byte[4 + 4 * shape.Length + values.Length];
        bytes[2] = 8;
        bytes[3] = (byte)shape.Length;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 + 4 * axis), shape[axis]);
        }
        values.CopyTo(bytes, 4 + 4 * shape.Length);
        return bytes;
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var stream = new GZipStream(target, CompressionMode.Compress))
        {
            stream.Write(bytes);
        }
        return target.ToArray();
    }

    private static byte[] Counting(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)(i % 251))];

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Images_and_labels_are_read_plain_or_compressed(bool packed)
    {
        using var files = new Files();
        byte[] images = Idx(Counting(3 * 4 * 5), 3, 4, 5);
        byte[] labels = Idx([2, 0, 1], 3);
        string suffix = packed ? ".gz" : "";
        string folder = Path.GetDirectoryName(
            files.Write(packed ? Gzip(images) : images, $"t10k-images-idx3-ubyte{suffix}")
        )!;
        files.Write(packed ? Gzip(labels) : labels, $"t10k-labels-idx1-ubyte{suffix}");

        using IdxImageSet set = MnistFolder.Open(folder, true, Three, "get it");

        Assert.AreEqual((3, 4, 5, 1), (set.Count, set.Height, set.Width, set.Channels));
        Assert.AreEqual((2, 0, 1), (set.LabelOf(0), set.Read(1).Label, set.LabelOf(2)));
        CollectionAssert.AreEqual(Counting(60)[20..40], set.Read(1).Image.Pixels);
    }

    [TestMethod]
    public void Names_with_a_dot_and_pictures_in_colours_are_read()
    {
        using var files = new Files();
        string folder = Path.GetDirectoryName(
            files.Write(Idx(Counting(2 * 2 * 2 * 3), 2, 2, 2, 3), "train-images.idx3-ubyte")
        )!;
        files.Write(Idx([1, 1], 2), "train-labels.idx1-ubyte");

        using IdxImageSet set = MnistFolder.Open(folder, false, Three, "get it");

        Assert.AreEqual(3, set.Channels);
        CollectionAssert.AreEqual(Counting(24)[12..], set.Read(1).Image.Pixels);
    }

    [TestMethod]
    [DataRow("", "byte 0: the file ends in its header")]
    [DataRow("00000803", "byte 4: the file ends in its header")]
    [DataRow("00010803 00000001", "byte 0: this is no IDX file")]
    [DataRow("00000805 00000001", "byte 0: this is no IDX file")]
    [DataRow("00000D01 00000001 00000000", "byte 2: elements of type 0x0D; give a file of uint8")]
    [DataRow("00000801 00000000", "byte 4: dimension 0 is 0")]
    [DataRow("00000801 FFFFFFFF", "byte 4: dimension 0 is 4294967295")]
    [DataRow("00000804 0000FFFF 0000FFFF 0000FFFF 0000FFFF", "byte 8: dimension 1 is 65535")]
    [DataRow("00000801 7FFFFFC7 00", "byte 9: the file ends here, 2147483590 bytes too early")]
    [DataRow("00000801 00000002 07", "byte 9: the file ends here, 1 bytes too early for its dimensions")]
    [DataRow("00000801 00000002 070809", "byte 10: more bytes than the dimensions say")]
    [DataRow("1F8B0000 00000000 0000FFFF", "the gzip data is damaged")]
    public void A_damaged_file_is_refused_where_it_is_wrong(string bytes, string message)
    {
        using var files = new Files();
        string path = files.Write(Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal)), "x");

        var error = Assert.ThrowsExactly<DataException>(() => IdxFile.Read(path));

        StringAssert.StartsWith(error.Message, path);
        StringAssert.Contains(error.Message, message);
    }

    [TestMethod]
    public void A_compressed_file_that_was_cut_is_never_read_as_a_smaller_one()
    {
        using var files = new Files();
        byte[] whole = Gzip(Idx(Counting(600), 600));
        const int trailer = 24; // checksum, length and the end of the last block: the elements are complete without them
        for (int length = 0; length < whole.Length - trailer; length++)
        {
            string path = files.Write(whole[..length], "x.gz");
            Assert.ThrowsExactly<DataException>(() => IdxFile.Read(path), $"{length} bytes");
        }
    }

    [TestMethod]
    public void Labels_that_do_not_belong_to_the_images_are_refused()
    {
        using var files = new Files();
        string images = files.Write(Idx(Counting(12), 3, 2, 2), "images");
        string labels = files.Write(Idx([0, 3, 1], 3), "labels");
        string two = files.Write(Idx([0, 1], 2), "two");

        Refused(images, two, "2 labels for 3 images");
        Refused(images, labels, "label 1 is 3, but there are 3 classes");
        Refused(images, images, "an array of 3 x 2 x 2 holds no labels");
        Refused(labels, labels, "an array of 3 holds no images");
        Refused(images, files.Path("none"), "there is no such file");
    }

    [TestMethod]
    public void A_folder_without_the_files_is_refused_with_where_to_get_them()
    {
        using var files = new Files();
        string file = files.Write([1], "x");
        string folder = Path.GetDirectoryName(file)!;

        Missing(folder, $"{folder}: there is no train-images-idx3-ubyte or train-images-idx3-ubyte.gz in it; get it.");
        Missing(file, $"{file}: is a file; get it.");
        Missing(file + "y", $"{file}y: there is no such folder; get it.");
    }

    [TestMethod]
    public void Fashion_mnist_has_the_known_labels()
    {
        if (!Directory.Exists(MnistFolder.DebianFashion))
        {
            Assert.Inconclusive("Debian's package dataset-fashion-mnist is not installed");
        }
        using IdxImageSet train = MnistFolder.Open(MnistFolder.DebianFashion, false, MnistFolder.FashionClasses, "");
        using IdxImageSet test = MnistFolder.Open(MnistFolder.DebianFashion, true, MnistFolder.FashionClasses, "");

        Assert.AreEqual((60000, 10000, 28, 28), (train.Count, test.Count, train.Height, train.Width));
        int[] first = [.. Enumerable.Range(0, 5).Select(test.LabelOf)];
        CollectionAssert.AreEqual((int[])[9, 2, 1, 1, 6], first);
        Assert.AreEqual("Ankle boot", train.Classes[train.LabelOf(0)]);
        int[] counts = ClassFolders.Count(Enumerable.Range(0, 60000).Select(train.LabelOf), 10);
        Assert.IsTrue(counts.All(count => count == 6000));
    }

    private static void Refused(string images, string labels, string message)
    {
        var error = Assert.ThrowsExactly<DataException>(() => IdxImageSet.Open(images, labels, Three));
        StringAssert.Contains(error.Message, message);
    }

    private static void Missing(string folder, string message)
    {
        var error = Assert.ThrowsExactly<DataException>(() => MnistFolder.Open(folder, false, Three, "get it"));
        Assert.AreEqual(message, error.Message);
    }
}
