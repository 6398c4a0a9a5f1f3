using System.Text;
using Attune.Host.Data;

namespace Attune.Tests.Data;

[TestClass]
public sealed class ClassListTest
{
    [TestMethod]
    public void Names_come_from_a_list_or_a_file_with_one_on_each_line()
    {
        using var files = new Files();
        string[] expected = ["zwei", "eins", "drei Möwen"];
        byte[] lines = Encoding.UTF8.GetBytes("zwei\r\neins\r\n drei Möwen \r\n\r\n\n");
        string plain = files.Write(lines, "plain.txt");
        string marked = files.Write([0xEF, 0xBB, 0xBF, .. lines], "marked.txt");
        string wide = files.Write([0xFF, 0xFE, .. Encoding.Unicode.GetBytes("zwei\neins\ndrei Möwen\n")], "wide.txt");
        string numbered = files.Write("0 zwei\n1 eins\n2 drei Möwen\n"u8.ToArray(), "numbered.txt");

        foreach (string source in (string[])["zwei, eins,drei Möwen", plain, marked, wide, numbered])
        {
            CollectionAssert.AreEqual(expected, ClassList.Read(source).ToArray(), source);
        }
    }

    [TestMethod]
    [DataRow("a\n\nb\n", "line 2: the class name is empty")]
    [DataRow("", "line 1: the class name is empty")]
    [DataRow("a\nb\na\n", "line 3: \"a\" is there already (line 1)")]
    [DataRow("a\tb\n", "line 1: this is no class name")]
    [DataRow("version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer")]
    public void Empty_and_repeated_names_are_refused_with_their_place(string text, string reason)
    {
        using var files = new Files();
        string path = files.Write(Encoding.UTF8.GetBytes(text), "names.txt");

        var error = Assert.ThrowsExactly<DataException>(() => ClassList.Read(path));

        StringAssert.StartsWith(error.Message, path);
        StringAssert.Contains(error.Message, reason);
    }

    [TestMethod]
    public void Bytes_that_are_no_text_and_missing_files_are_refused()
    {
        using var files = new Files();

        var binary = Assert.ThrowsExactly<DataException>(() =>
            ClassList.Read(files.Write([0x61, 0xC3, 0x28], "x.txt"))
        );
        var missing = Assert.ThrowsExactly<DataException>(() => ClassList.Read("no-such-file"));
        var twice = Assert.ThrowsExactly<DataException>(() => ClassList.Read("a,b,a"));

        StringAssert.Contains(binary.Message, "is no UTF-8 text");
        StringAssert.Contains(missing.Message, "there is no such file");
        StringAssert.Contains(twice.Message, "--classes, name 3: \"a\" is there already (name 1)");
    }
}
