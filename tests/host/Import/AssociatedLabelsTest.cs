using System.IO.Compression;
using System.Text;
using Attune.Host.Import;

namespace Attune.Tests.Import;

/// <summary>Class names that TensorFlow Lite's tools append to a .tflite file as a zip archive.</summary>
[TestClass]
public sealed class AssociatedLabelsTest
{
    private static byte[] Network()
    {
        var builder = new TfliteBuilder();
        int from = builder.Activation("in", [1, 4], 0.5f, 0);
        int weights = builder.Constant("w", [3, 4], [.. Enumerable.Range(0, 12).Select(i => (sbyte)i)], [0.1f]);
        int scores = builder.Activation("scores", [1, 3], 0.25f, 0);
        builder.FullyConnected([from, weights], scores);
        return builder.Build();
    }

    private static byte[] With(byte[] network, string name, string text)
    {
        using var stream = new MemoryStream();
        stream.Write(network);
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream entry = archive.CreateEntry(name).Open();
            entry.Write(Encoding.UTF8.GetBytes(text));
        }
        return stream.ToArray();
    }

    [TestMethod]
    public void Labels_of_the_metadata_become_the_class_names_and_are_said()
    {
        ImportResult result = TfliteImporter.Import(With(Network(), "labels.txt", "zebra\nant\ncow\n"));

        CollectionAssert.AreEqual((string[])["zebra", "ant", "cow"], result.File.ClassNames.ToArray());
        Assert.AreEqual("class names are those of labels.txt in the file's metadata.", result.Notes[^1]);
    }

    [TestMethod]
    [DataRow("labels.txt", "zebra\nant\n")]
    [DataRow("labels.bin", "zebra\nant\ncow\n")]
    [DataRow("labels.txt", "")]
    public void Other_files_and_other_numbers_of_labels_are_no_names(string name, string text)
    {
        ImportResult result = TfliteImporter.Import(With(Network(), name, text));

        Assert.IsEmpty(result.File.ClassNames);
    }

    [TestMethod]
    public void A_damaged_archive_gives_no_names()
    {
        byte[] file = With(Network(), "labels.txt", "zebra\nant\ncow\n");
        for (int at = Network().Length; at < file.Length; at++)
        {
            byte[] bad = [.. file];
            bad[at] ^= 0x5A;

            _ = TfliteImporter.Import(bad);
        }
    }
}
