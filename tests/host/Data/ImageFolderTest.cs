using Attune.Host.Data;

namespace Attune.Tests.Data;

[TestClass]
public sealed class ImageFolderTest
{
    [TestMethod]
    public void Classes_and_images_are_in_ordinal_order()
    {
        using var files = new Files();
        ImageFile.Write(files.Path("root", "b", "2.png"), Files.Flat(2, 2, 20));
        ImageFile.Write(files.Path("root", "b", "10.pgm"), Files.Flat(2, 2, 10));
        ImageFile.Write(files.Path("root", "Z", "x.PNG"), Files.Flat(2, 2, 30));
        files.Write([1], "root", "b", "notes.txt");
        files.Write([1], "root", "readme.txt");

        using var set = ImageFolder.Open(files.Path("root"));

        string[] classes = ["Z", "b"];
        CollectionAssert.AreEqual(classes, set.Classes.ToArray());
        CollectionAssert.AreEqual(
            new[] { (30, 0), (10, 1), (20, 1) },
            set.ReadAll().Select(one => ((int)one.Image.Pixels[0], one.Label)).ToArray()
        );
    }

    [TestMethod]
    public void An_image_of_another_size_is_refused_unless_a_size_is_asked_for()
    {
        using var files = new Files();
        ImageFile.Write(files.Path("root", "a", "1.png"), Files.Flat(2, 3, 1, 2, 3));
        string odd = files.Path("root", "a", "2.png");
        ImageFile.Write(odd, Files.Flat(4, 5, 7, 8, 9));

        using var resized = ImageFolder.Open(
            files.Path("root"),
            new ImageFolderOptions { Form = new PictureForm(3, 3) }
        );

        var error = Assert.ThrowsExactly<DataException>(() => ImageFolder.Open(files.Path("root")));
        StringAssert.StartsWith(error.Message, odd);
        StringAssert.Contains(error.Message, "4 high and 5 wide");
        foreach (var one in resized.ReadAll())
        {
            Assert.AreEqual((3, 3, 3), (one.Image.Height, one.Image.Width, one.Image.Channels));
        }
        CollectionAssert.AreEqual(Files.Flat(3, 3, 7, 8, 9).Pixels, resized.Read(1).Image.Pixels);
    }

    [TestMethod]
    public void Colors_are_not_dropped_unasked()
    {
        using var files = new Files();
        ImageFile.Write(files.Path("root", "a", "1.png"), Files.Flat(1, 1, 50));
        ImageFile.Write(files.Path("root", "a", "2.png"), Files.Flat(1, 1, 0, 100, 0));

        using var mixed = ImageFolder.Open(files.Path("root"));
        using var gray = ImageFolder.Open(
            files.Path("root"),
            new ImageFolderOptions { Form = new PictureForm(1, 1, 1) }
        );
        using var color = ImageFolder.Open(
            files.Path("root"),
            new ImageFolderOptions { Form = new PictureForm(1, 1, 3) }
        );

        CollectionAssert.AreEqual(new byte[] { 50, 50, 50 }, mixed.Read(0).Image.Pixels);
        CollectionAssert.AreEqual(new byte[] { 0, 100, 0 }, mixed.Read(1).Image.Pixels);
        CollectionAssert.AreEqual(new byte[] { 59 }, gray.Read(1).Image.Pixels);
        CollectionAssert.AreEqual(new byte[] { 50, 50, 50 }, color.Read(0).Image.Pixels);
    }

    [TestMethod]
    public void Images_in_other_formats_are_not_left_out_unnoticed()
    {
        using var files = new Files();
        ImageFile.Write(files.Path("root", "a", "1.png"), Files.Flat(1, 1, 50));
        string photo = files.Write([1], "root", "a", "2.heic");

        var error = Assert.ThrowsExactly<DataException>(() => ImageFolder.Open(files.Path("root")));

        StringAssert.Contains(error.Message, "1 picture cannot be read: " + photo);
        StringAssert.Contains(error.Message, "convert");
    }

    [TestMethod]
    public void A_missing_root_and_an_empty_class_are_refused()
    {
        using var files = new Files();
        string root = files.Path("root", "a", "x.txt");
        string folder = Path.GetDirectoryName(root)!;

        Assert.ThrowsExactly<DataException>(() => ImageFolder.Open(Path.Combine(folder, "none")));
        Assert.ThrowsExactly<DataException>(() => ImageFolder.Open(folder));
        var empty = Assert.ThrowsExactly<DataException>(() => ImageFolder.Open(Path.GetDirectoryName(folder)!));
        StringAssert.StartsWith(empty.Message, folder);
    }
}
