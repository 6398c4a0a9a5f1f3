using System.Buffers.Binary;
using Attune.Host.Data;
using Attune.Host.Data.Corruptions;

namespace Attune.Tests.Data;

[TestClass]
public sealed class NumpyFileTest
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void Every_version_of_the_format_is_read(int version)
    {
        using var files = new Files();
        string path = files.Write(NumpyBuilder.File("|u1", "(2, 3)", [1, 2, 3, 4, 5, 6], version), "x.npy");

        using var file = NumpyFile.Open(path);

        Assert.AreEqual(NumpyType.UInt8, file.Type);
        CollectionAssert.AreEqual(new long[] { 2, 3 }, file.Shape.ToArray());
        var buffer = new byte[3];
        file.ReadBytes(3, buffer);
        CollectionAssert.AreEqual(new byte[] { 4, 5, 6 }, buffer);
    }

    [TestMethod]
    [DataRow("|u1", 1)]
    [DataRow("<i4", 4)]
    [DataRow("<i8", 8)]
    public void Labels_of_every_type_are_read(string type, int size)
    {
        using var files = new Files();
        var data = new byte[3 * size];
        data[0] = 5;
        data[2 * size] = 200;
        string path = files.Write(NumpyBuilder.File(type, "(3,)", data), "x.npy");

        using var file = NumpyFile.Open(path);

        int[] expected = [5, 0, 200];
        CollectionAssert.AreEqual(expected, file.ReadLabels());
    }

    [TestMethod]
    public void A_negative_label_is_refused_where_it_stands()
    {
        using var files = new Files();
        var data = new byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(data.AsSpan(8), -1);
        using var file = NumpyFile.Open(files.Write(NumpyBuilder.File("<i8", "(2,)", data), "x.npy"));

        var error = Assert.ThrowsExactly<DataException>(() => file.ReadLabels());

        StringAssert.Contains(error.Message, "byte 136: label -1 of element 1");
    }

    [TestMethod]
    [DataRow("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", "'<f4'")]
    [DataRow("{'descr': '>i8', 'fortran_order': False, 'shape': (1,)}", "'>i8'")]
    [DataRow("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 2)}", "Fortran")]
    [DataRow("{'descr': '|u1', 'fortran_order': False}", "is missing")]
    [DataRow("{'descr': '|u1', 'fortran_order': False, 'shape': (4,), 'x': 1}", "'x'")]
    [DataRow("{'descr': '|u1', 'fortran_order': False, 'shape': (5,)}", "4 bytes of data do not make the shape (5,)")]
    [DataRow("{'descr': '|u1', 'fortran_order': False, 'shape': (3,)}", "4 bytes of data do not make the shape (3,)")]
    [DataRow("{'descr': '|u1', 'fortran_order': False, 'shape': (4294967296, 4294967297)}", "do not make the shape")]
    [DataRow("{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,)}", "too large")]
    [DataRow("{'descr': '|u1', 'fortran_order': False, 'shape': (-4,)}", "no number")]
    [DataRow("{'descr': '|u1, 'fortran_order': False, 'shape': (4,)}", "not supported")]
    [DataRow("{'descr': '|u1', 'fortran_order': False, 'shape': (4,)} 1", "follows")]
    [DataRow("[]", "'{' is missing")]
    [DataRow("", "'{' is missing")]
    public void Faulty_headers_are_refused_with_the_reason(string header, string reason)
    {
        using var files = new Files();
        string path = files.Write(NumpyBuilder.WithHeader(header, [1, 2, 3, 4]), "x.npy");

        var error = Assert.ThrowsExactly<DataException>(() => NumpyFile.Open(path));

        StringAssert.StartsWith(error.Message, path);
        StringAssert.Contains(error.Message, reason);
    }

    [TestMethod]
    public void Other_files_and_versions_are_refused()
    {
        using var files = new Files();
        byte[] unknown = NumpyBuilder.File("|u1", "(1,)", [1]);
        unknown[6] = 4;

        var version = Assert.ThrowsExactly<DataException>(() => NumpyFile.Open(files.Write(unknown, "v4.npy")));
        var other = Assert.ThrowsExactly<DataException>(() => NumpyFile.Open(files.Write(new byte[50], "zero.npy")));
        var empty = Assert.ThrowsExactly<DataException>(() => NumpyFile.Open(files.Write([], "empty.npy")));

        StringAssert.Contains(version.Message, "version 4");
        StringAssert.Contains(other.Message, "no .npy file");
        StringAssert.Contains(empty.Message, "too short");
    }

    [TestMethod]
    public void Images_without_a_channel_dimension_are_gray()
    {
        using var files = new Files();
        string images = files.Write(NumpyBuilder.File("|u1", "(2, 1, 3)", [1, 2, 3, 4, 5, 6]), "x.npy");
        string labels = files.Write(NumpyBuilder.File("|u1", "(2,)", [2, 0]), "y.npy");

        using var set = NumpyImageSet.Open(images, labels);
        using var unlabeled = NumpyImageSet.Open(images, null);

        Assert.AreEqual((2, 1, 3, 1), (set.Count, set.Height, set.Width, set.Channels));
        CollectionAssert.AreEqual(new byte[] { 4, 5, 6 }, set.Read(1).Image.Pixels);
        string[] classes = ["0", "1", "2"];
        CollectionAssert.AreEqual(classes, set.Classes.ToArray());
        Assert.AreEqual(2, set.Read(0).Label);
        Assert.AreEqual((-1, 0), (unlabeled.Read(0).Label, unlabeled.Classes.Count));
    }

    [TestMethod]
    public void Labels_that_do_not_belong_to_the_images_are_refused()
    {
        using var files = new Files();
        string images = files.Write(NumpyBuilder.File("|u1", "(2, 1, 1)", [1, 2]), "x.npy");
        string three = files.Write(NumpyBuilder.File("|u1", "(3,)", [0, 1, 0]), "three.npy");
        string large = files.Write(NumpyBuilder.File("|u1", "(2,)", [0, 2]), "large.npy");

        var count = Assert.ThrowsExactly<DataException>(() => NumpyImageSet.Open(images, three));
        var label = Assert.ThrowsExactly<DataException>(() => NumpyImageSet.Open(images, large, ["a", "b"]));

        StringAssert.Contains(count.Message, "3 labels for 2 images");
        StringAssert.Contains(label.Message, "element 1 is label 2");
    }

    [TestMethod]
    public void A_published_corruption_is_five_severities_in_a_row()
    {
        using var files = new Files();
        var pixels = new byte[10 * 3072];
        var labels = new byte[10];
        for (int i = 0; i < 10; i++)
        {
            pixels.AsSpan(i * 3072, 3072).Fill((byte)i);
            labels[i] = (byte)(i % 2 + 3);
        }
        string path = files.Write(NumpyBuilder.File("|u1", "(10, 32, 32, 3)", pixels), "frost.npy");
        files.Write(NumpyBuilder.File("|u1", "(10,)", labels), "labels.npy");
        string folder = Path.GetDirectoryName(path)!;

        using var third = Cifar10CFile.Open(folder, "frost", 3);

        Assert.AreEqual(2, third.Count);
        Assert.AreEqual((4, 3), (third.Read(0).Image.Pixels[0], third.Read(0).Label));
        Assert.AreEqual((5, 4), (third.Read(1).Image.Pixels[3071], third.Read(1).Label));
        Assert.ThrowsExactly<DataException>(() => Cifar10CFile.Open(folder, "frost", 6));
        var absent = Assert.ThrowsExactly<DataException>(() => Cifar10CFile.Open(folder, "fog", 1));
        StringAssert.Contains(absent.Message, "the folder has frost");
    }
}
