using Attune.Host.Data;

namespace Attune.Tests.Data;

/// <summary>Which pictures of a folder belong to which class, and what is passed over or refused.</summary>
[TestClass]
public sealed class ClassFoldersTest
{
    private static string Make(Files files, params string[] pictures)
    {
        foreach (string picture in pictures)
        {
            ImageFile.Write(files.Path(["root", .. picture.Split('/')]), Files.Flat(1, 1, 1));
        }
        return Path.GetDirectoryName(files.Path("root", "x"))!;
    }

    [TestMethod]
    public void Labels_follow_the_list_and_not_the_alphabet()
    {
        using var files = new Files();
        string root = Make(files, "ant/1.png", "Bee/1.png", "cow/1.png");

        ClassFolders found = ClassFolders.Scan(root, ["cow", "dog", "bee", "ant"]);

        CollectionAssert.AreEqual((string[])["cow", "dog", "bee", "ant"], found.Classes.ToArray());
        CollectionAssert.AreEqual(
            new[] { ("Bee", 2), ("ant", 3), ("cow", 0) },
            found.Pictures.Select(one => (Path.GetFileName(Path.GetDirectoryName(one.Path)), one.Label)).ToArray()
        );
        CollectionAssert.AreEqual((string[])["no folder, so no pictures, of class dog"], found.Notes.ToArray());
        CollectionAssert.AreEqual((int[])[1, 0, 1, 1], ClassFolders.Count(found.Pictures.Select(one => one.Label), 4));
    }

    [TestMethod]
    public void A_folder_that_is_no_class_is_refused_with_the_nearest_name()
    {
        using var files = new Files();
        string root = Make(files, "ant/1.png", "turle/1.png");

        var error = Assert.ThrowsExactly<DataException>(() => ClassFolders.Scan(root, ["ant", "cow", "turtle"]));

        StringAssert.Contains(error.Message, "\"turle\" is none of the 3 classes; the nearest is \"turtle\"");
    }

    [TestMethod]
    public void A_folder_name_that_two_classes_share_but_for_case_is_refused()
    {
        using var files = new Files();
        string root = Make(files, "ANT/1.png");

        var error = Assert.ThrowsExactly<DataException>(() => ClassFolders.Scan(root, ["ant", "Ant"]));

        StringAssert.Contains(error.Message, "could be \"ant\" or \"Ant\"");
        Assert.AreEqual(1, ClassFolders.Scan(root, ["ant", "ANT"]).Pictures[0].Label);
    }

    [TestMethod]
    public void Two_folders_of_one_class_are_refused()
    {
        using var files = new Files();
        string root = Make(files, "ant/1.png", "Ant/1.png");
        if (Directory.GetDirectories(root).Length < 2)
        {
            Assert.Inconclusive("this file system does not tell cases apart");
        }

        var error = Assert.ThrowsExactly<DataException>(() => ClassFolders.Scan(root, ["aNT"]));

        StringAssert.Contains(error.Message, "has the folder Ant too");
    }

    [TestMethod]
    public void Hidden_and_system_files_and_folders_are_skipped_and_said()
    {
        using var files = new Files();
        string root = Make(
            files,
            ".ipynb_checkpoints/1.png",
            "__MACOSX/1.png",
            "System Volume Information/1.png",
            ".Spotlight-V100/1.png",
            "a/1.png",
            "a/._1.png",
            "a/.thumbnails/1.png"
        );
        files.Write([1], "root", "a", "Thumbs.db");
        files.Write([1], "root", ".DS_Store");
        files.Write([1], "root", "labels.txt");

        ClassFolders found = ClassFolders.Scan(root, null);

        CollectionAssert.AreEqual((string[])["a"], found.Classes.ToArray());
        Assert.HasCount(1, found.Pictures);
        Assert.HasCount(2, found.Notes);
        StringAssert.Contains(found.Notes[0], "and 5 more: hidden or left by a system");
        StringAssert.Contains(found.Notes[0], ".ipynb_checkpoints");
        Assert.AreEqual("skipped labels.txt: no pictures", found.Notes[1]);
    }

    [TestMethod]
    [DataRow(new[] { "a/b/1.png", "a/1.png" }, "a folder inside a class folder")]
    [DataRow(new[] { "1.png", "2.jpg.png", "a/1.png" }, "2 pictures beside the class folders (such as 1.png)")]
    [DataRow(new[] { "1.png" }, "1 pictures and no class folders (such as 1.png)")]
    [DataRow(new[] { ".a/1.png" }, "there are no class folders")]
    public void Nested_folders_and_loose_pictures_are_refused(string[] pictures, string reason)
    {
        using var files = new Files();
        string root = Make(files, pictures);

        var error = Assert.ThrowsExactly<DataException>(() => ClassFolders.Scan(root, null));

        StringAssert.Contains(error.Message, reason);
    }

    [TestMethod]
    [DataRow("x.zip", "is an archive; unpack it")]
    [DataRow("x.ats", "is a sample file already")]
    [DataRow("x.jpg", "is a file; give the folder that holds one folder of pictures for each class")]
    public void A_file_in_place_of_the_folder_is_named(string name, string reason)
    {
        using var files = new Files();

        var error = Assert.ThrowsExactly<DataException>(() => ClassFolders.Scan(files.Write([1], name), null));

        StringAssert.Contains(error.Message, reason);
    }

    [TestMethod]
    public void Bad_pictures_are_all_named_and_can_be_left_out()
    {
        using var files = new Files();
        string root = Make(files, "a/1.png", "a/3.png", "b/1.png");
        string first = files.Write([1, 2], "root", "a", "2.png");
        string second = files.Write([], "root", "b", "0.jpg");

        var error = Assert.ThrowsExactly<DataException>(() => ImageFolder.Open(root));
        using ImageFolder rest = ImageFolder.Open(root, new ImageFolderOptions { SkipsBad = true });

        StringAssert.Contains(error.Message, "2 pictures cannot be read");
        StringAssert.Contains(error.Message, first);
        StringAssert.Contains(error.Message, second);
        Assert.AreEqual((3, 2), (rest.Count, rest.Skipped));
        CollectionAssert.AreEqual((int[])[2, 1], rest.Counts());
        CollectionAssert.AreEqual((int[])[0, 0, 1], rest.ReadAll().Select(one => one.Label).ToArray());
        Assert.AreEqual("left out 2 pictures that cannot be read", rest.Notes[^1]);
    }
}
