using System.Text;
using Attune.Host.Running;
using Attune.Tests.Commands;
using Attune.Tests.Remote;

namespace Attune.Tests.Running;

/// <summary>Cards are FAT: where a file system tells capitals from small letters, either name is found; and job.txt is whatever an editor made of it.</summary>
[TestClass]
public sealed class CardNamesTest : IDisposable
{
    private static readonly string[] Results = ["adapted.atm", "aligned.atm", "log.csv", "state-a.atc", "state-b.atc"];
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    [TestMethod]
    public void A_card_in_capitals_gives_the_same_bytes()
    {
        string small = Write("small", "attune", name => name);
        string large = Write("large", "ATTUNE", name => name.ToUpperInvariant());
        line.Must("train", line.Path("small"));
        line.Must("train", line.Path("large"));
        foreach (string name in Results)
        {
            CollectionAssert.AreEqual(
                File.ReadAllBytes(Path.Combine(small, name)),
                File.ReadAllBytes(CardFolder.PathOf(large, name)),
                name
            );
        }
        line.Must("report", line.Path("large"), "-o", line.Path("report.html"));
    }

    [TestMethod]
    public void A_card_is_written_into_a_folder_in_capitals()
    {
        CardInputsForTests.Write(line);
        Directory.CreateDirectory(line.Path("card/ATTUNE"));
        File.WriteAllText(line.Path("card/ATTUNE/JOB.TXT"), "method = zo\n");
        line.Must(CardInputsForTests.Arguments(line, "card"));
        Assert.HasCount(1, Directory.GetDirectories(line.Path("card")));
        Assert.HasCount(4, Directory.GetFiles(CardFolder.Inside(line.Path("card"))));
    }

    [TestMethod]
    public void Names_that_differ_only_by_case_are_refused()
    {
        string folder = Write("card", "attune", name => name);
        File.WriteAllText(Path.Combine(folder, "Job.txt"), FedCards.Job);
        if (Directory.GetFiles(folder, "*.txt").Length == 1)
        {
            Assert.Inconclusive("this file system does not tell them apart");
        }
        Assert.AreEqual(1, line.Run("train", line.Path("card")));
        StringAssert.Contains(line.Errors, "holds Job.txt and job.txt, which are one file on a card; remove one");
        Assert.HasCount(1, line.Errors.Trim().Split('\n'));
    }

    [TestMethod]
    [DataRow("no such card", "no such card: there is no such folder; make a card with 'attune card'")]
    [DataRow("a.txt", "a.txt: is a file; name the card folder that holds it")]
    [DataRow(".", "holds no job.txt; make a card with 'attune card'")]
    public void What_is_no_card_is_named(string name, string expected)
    {
        File.WriteAllText(line.Path("a.txt"), "");
        Assert.AreEqual(1, line.Run("train", line.Path(name)));
        StringAssert.Contains(line.Errors, expected);
    }

    public static IEnumerable<object[]> Encodings =>
        [
            [
                "UTF-8 with a mark",
                (Func<string, byte[]>)(text => [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)]),
                "",
            ],
            [
                "lines with CR LF",
                (Func<string, byte[]>)(text => Encoding.UTF8.GetBytes(text.Replace("\n", "\r\n"))),
                "",
            ],
            [
                "lines with CR",
                (Func<string, byte[]>)(text => Encoding.UTF8.GetBytes("# a\r" + text.Replace('\n', '\r'))),
                "",
            ],
            ["UTF-16", (Func<string, byte[]>)(text => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text)]), Wide],
            [
                "UTF-16, big-endian",
                (Func<string, byte[]>)(text => [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(text)]),
                Wide,
            ],
            ["UTF-16 without a mark", (Func<string, byte[]>)Encoding.Unicode.GetBytes, Wide],
            ["big-endian without a mark", (Func<string, byte[]>)Encoding.BigEndianUnicode.GetBytes, Wide],
        ];

    private const string Wide = "job.txt: is not UTF-8 text but UTF-16 or binary; save it again as UTF-8";

    [TestMethod]
    [DynamicData(nameof(Encodings))]
    public void Job_is_read_or_refused_in_one_line(string what, Func<string, byte[]> write, string expected)
    {
        string plain = Write("plain", "attune", name => name);
        string folder = Write("card", "attune", name => name);
        File.WriteAllBytes(Path.Combine(folder, "job.txt"), write(FedCards.Job));
        Assert.AreEqual(expected.Length == 0 ? 0 : 1, line.Run("train", folder), what + line.Errors);
        if (expected.Length > 0)
        {
            StringAssert.Contains(line.Errors, expected);
            Assert.HasCount(1, line.Errors.Trim().Split('\n'));
            return;
        }
        line.Must("train", plain);
        foreach (string name in Results)
        {
            CollectionAssert.AreEqual(
                File.ReadAllBytes(Path.Combine(plain, name)),
                File.ReadAllBytes(Path.Combine(folder, name)),
                what + name
            );
        }
    }

    private string Write(string card, string folder, Func<string, string> name)
    {
        string path = Directory.CreateDirectory(line.Path($"{card}/{folder}")).FullName;
        foreach (var (file, bytes) in FedCards.Create().Files)
        {
            File.WriteAllBytes(Path.Combine(path, name(file)), bytes);
        }
        return path;
    }
}
