using System.Text;
using Attune.Host.Data;

namespace Attune.Tests.Data;

/// <summary>Damaged files of every format are refused with a message; nothing else happens.</summary>
[TestClass]
public sealed class MutationTest
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Damaged_portable_maps_never_crash(int channels)
    {
        byte[] good = PortableMap.Encode(Files.RandomImage(9, 7, channels));

        Assert.IsGreaterThan(50, Mutations.Check(good, bytes => PortableMap.Decode(bytes, "x.ppm")));
    }

    [TestMethod]
    public void Damaged_plain_portable_maps_never_crash()
    {
        byte[] good = Encoding.ASCII.GetBytes("P3 # comment\n2 2 15\n0 1 2  3 4 5\n6 7 8 9 10 11\n");

        Assert.IsGreaterThan(50, Mutations.Check(good, bytes => PortableMap.Decode(bytes, "x.ppm")));
    }

    [TestMethod]
    public void Damaged_png_images_never_crash()
    {
        byte[] good = PictureFile.EncodePng(Files.RandomImage(9, 7, 3));

        Assert.IsGreaterThan(350, Mutations.Check(good, bytes => PictureFile.Decode(bytes, "x.png")));
    }

    [TestMethod]
    [DataRow(0, 1, false)]
    [DataRow(3, 4, false)]
    [DataRow(6, 16, true)]
    public void Damaged_png_contents_with_right_checksums_never_crash(int colorType, int depth, bool interlaced)
    {
        var builder = new PngBuilder(13, 11, depth, colorType, interlaced);
        byte[] raw = builder.RandomRows(5);
        byte[] good = [.. builder.Header(), .. raw];

        Mutations.Check(
            good,
            bytes =>
            {
                if (bytes.Length >= 13)
                {
                    PictureFile.Decode(PngBuilder.File(bytes[..13], PngBuilder.Colors(5), bytes[13..]), "x.png");
                }
            }
        );
    }

    [TestMethod]
    public void Damaged_cifar_10_files_never_crash()
    {
        using var files = new Files();
        string path = files.Path("batch.bin");
        var good = new byte[2 * 3073];
        good[3073] = 9;

        Mutations.Check(good, bytes => ReadAll(path, bytes, () => Cifar10File.Open(path)));
    }

    [TestMethod]
    public void Damaged_numpy_images_never_crash()
    {
        using var files = new Files();
        string path = files.Path("images.npy");
        string labels = files.Write(NumpyBuilder.File("|u1", "(5,)", [0, 1, 2, 3, 4]), "labels.npy");
        byte[] good = NumpyBuilder.File("|u1", "(5, 4, 3, 3)", Files.RandomImage(5, 12, 3).Pixels);

        int refused = Mutations.Check(good, bytes => ReadAll(path, bytes, () => NumpyImageSet.Open(path, labels)));

        Assert.IsGreaterThan(100, refused);
    }

    [TestMethod]
    public void Damaged_numpy_labels_never_crash()
    {
        using var files = new Files();
        string path = files.Path("labels.npy");
        byte[] good = NumpyBuilder.File("<i4", "(3,)", [1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0], version: 2);

        int refused = Mutations.Check(
            good,
            bytes =>
            {
                File.WriteAllBytes(path, bytes);
                using var file = NumpyFile.Open(path);
                file.ReadLabels();
            }
        );

        Assert.IsGreaterThan(100, refused);
    }

    [TestMethod]
    public void Damaged_sample_files_are_always_refused()
    {
        using var files = new Files();
        string path = files.Path("x.ats");
        SampleWriter.Write(path, new SampleHeader(3, 2, 3, 1, SampleType.Int8, 4), Samples());
        byte[] good = File.ReadAllBytes(path);

        int unchanged = 0;
        int refused = Mutations.Check(
            good,
            bytes =>
            {
                unchanged += bytes.AsSpan().SequenceEqual(good) ? 1 : 0;
                File.WriteAllBytes(path, bytes);
                using var reader = SampleReader.Open(path);
                Assert.HasCount(3, reader.ReadAll().ToList());
            }
        );

        // The first read is of the undamaged file.
        Assert.AreEqual(400, refused + unchanged - 1);

        static IEnumerable<Sample> Samples() => Enumerable.Range(0, 3).Select(i => new Sample(i, [1, 2, 3, 4, 5, 6]));
    }

    private static void ReadAll(string path, byte[] bytes, Func<ImageSet> open)
    {
        File.WriteAllBytes(path, bytes);
        using var set = open();
        for (int i = 0; i < Math.Min(set.Count, 5); i++)
        {
            set.Read(i);
        }
    }
}
