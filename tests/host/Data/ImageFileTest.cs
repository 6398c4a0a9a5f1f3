using System.Text;
using Attune.Host.Data;

namespace Attune.Tests.Data;

[TestClass]
public sealed class ImageFileTest
{
    [TestMethod]
    [DataRow("x.png", 3)]
    [DataRow("x.PPM", 3)]
    [DataRow("x.pgm", 1)]
    public void An_image_comes_back_as_it_was_written(string name, int channels)
    {
        using var files = new Files();
        var image = Files.RandomImage(6, 9, channels);
        string path = files.Path(name);

        ImageFile.Write(path, image);

        CollectionAssert.AreEqual(image.Pixels, ImageFile.Read(path).Pixels);
    }

    [TestMethod]
    public void Plain_maps_with_comments_are_read_and_stretched()
    {
        byte[] bytes = Encoding.ASCII.GetBytes("P2\n# made by hand\n3 1\n# as bright as\n4\n0 2 4");

        CollectionAssert.AreEqual(new byte[] { 0, 128, 255 }, PortableMap.Decode(bytes, "x.pgm").Pixels);
    }

    [TestMethod]
    [DataRow("P5 2 2 255 abc", "2x2x1 values are announced, but 3 bytes follow")]
    [DataRow("P5 2 2 65535 abcd", "the maxval is not in 1..255")]
    [DataRow("P5 0 2 255 ", "the width is not in")]
    [DataRow("P2 2 1 9 3 10", "value 10 is above the maxval of 9")]
    [DataRow("P4 2 2 ", "no PGM or PPM")]
    [DataRow("P5 99999999999 2 255 ", "the width is not in")]
    [DataRow("P6 20000 20000 255 ", "are announced")]
    public void Faulty_maps_are_refused_with_the_reason(string text, string reason)
    {
        var error = Assert.ThrowsExactly<DataException>(() =>
            PortableMap.Decode(Encoding.ASCII.GetBytes(text), "x.pnm")
        );

        StringAssert.StartsWith(error.Message, "x.pnm, byte ");
        StringAssert.Contains(error.Message, reason);
    }

    /// <summary>What people give in place of a picture is named, with what to do.</summary>
    [TestMethod]
    [DataRow("", "the file is empty; get a complete copy")]
    [DataRow(
        "version https://git-lfs.github.com/spec/v1\noid sha256:1\n",
        "a Git LFS pointer, not the picture; run 'git lfs pull'"
    )]
    [DataRow("\0\0\0\u0018ftypheic\0\0\0\0", "a HEIC picture; convert it to JPEG")]
    [DataRow("<!DOCTYPE html><html>", "a text file (HTML, XML or SVG)")]
    [DataRow("II*\0\b\0\0\0", "a TIFF or raw picture; convert it to PNG")]
    [DataRow("hello, world", "no JPEG, PNG, BMP, GIF, WebP, PPM or PGM picture")]
    public void A_file_that_is_no_picture_is_named_for_what_it_is(string content, string reason)
    {
        using var files = new Files();
        string path = files.Write(Encoding.Latin1.GetBytes(content), "x.jpg");

        var error = Assert.ThrowsExactly<DataException>(() => ImageFile.Read(path));

        StringAssert.StartsWith(error.Message, path);
        StringAssert.Contains(error.Message, reason);
    }

    [TestMethod]
    public void A_missing_file_and_an_unknown_ending_are_refused()
    {
        using var files = new Files();

        var missing = Assert.ThrowsExactly<DataException>(() => ImageFile.Read(files.Path("none.png")));
        Assert.ThrowsExactly<DataException>(() => ImageFile.Write(files.Path("x.bmp"), Files.Flat(1, 1, 0)));

        StringAssert.Contains(missing.Message, "there is no such file");
    }

    [TestMethod]
    public void A_write_that_fails_leaves_the_old_file_and_nothing_else()
    {
        using var files = new Files();
        string path = files.Write([1, 2, 3], "x.bin");

        Assert.ThrowsExactly<InvalidOperationException>(() =>
            AtomicFile.Write(
                path,
                stream =>
                {
                    stream.WriteByte(9);
                    throw new InvalidOperationException();
                }
            )
        );

        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, File.ReadAllBytes(path));
        Assert.IsFalse(File.Exists(path + ".part"));
    }

    [TestMethod]
    public void Writing_into_a_folder_that_does_not_exist_says_so()
    {
        using var files = new Files();
        string path = System.IO.Path.Combine(files.Path("x"), "none", "y.bin");

        var error = Assert.ThrowsExactly<DataException>(() => AtomicFile.Write(path, _ => { }));

        StringAssert.Contains(error.Message, "cannot be written");
    }
}
