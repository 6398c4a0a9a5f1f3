using Attune.Host.Reference.Demo;

namespace Attune.Tests.Commands;

/// <summary>attune train on cards that cannot be run: one line, the exit code, and the card as it was.</summary>
[TestClass]
public sealed class BadCardTest
{
    private static readonly CommandLine Line = new();

    [ClassInitialize]
    public static void WriteCard(TestContext context)
    {
        File.WriteAllBytes(Line.Path("net.atm"), DemoNetwork.Load().Bytes);
        Line.Must("data", "pictograms", "--images", "12", "-o", Line.Path("t.ats"));
        Line.Must("data", "pictograms", "--generator", "3", "--images", "10", "-o", Line.Path("v.ats"));
        string[] files = ["-m", Line.Path("net.atm"), "-t", Line.Path("t.ats"), "-v", Line.Path("v.ats")];
        string[] small = ["--method", "align+zo", "--epochs", "1", "--queries", "1", "--layers", "block 1"];
        Line.Must(["card", Line.Path("card"), .. files, .. small]);
    }

    [ClassCleanup]
    public static void Remove() => Line.Dispose();

    public static IEnumerable<object[]> Cards =>
        [
            [
                "no job.txt",
                "job.txt",
                (Func<byte[], byte[]?>)Removed,
                "holds no job.txt; make a card with 'attune card'",
                1,
            ],
            ["job value", "job.txt", Replaced("epochs = 1", "epochs = 0"), "epochs = '0': takes 1..100000", 1],
            ["unknown key", "job.txt", Replaced("board", "bord"), "job.txt line 2: there is no key 'bord'", 1],
            ["no model", "model.atm", (Func<byte[], byte[]?>)Removed, "model.atm: there is no such file", 1],
            ["model version", "model.atm", With(4, 2), "model.atm: byte 4: model version 2, this program reads 1", 1],
            ["model bit", "model.atm", With(5000, 1), "model.atm: byte 12: checksum differs", 1],
            ["model cut", "model.atm", Cut(3000), "model.atm: byte 8: the header says ", 1],
            ["plan", "job.txt", Replaced("arena = 262144", "arena = 20000"), "the plan needs ", 3],
            ["no samples", "train.ats", (Func<byte[], byte[]?>)Removed, "train.ats: there is no such file", 1],
            ["samples cut", "train.ats", Cut(9000), "train.ats byte 8: the file has 9000 bytes instead of ", 1],
            ["sample header", "train.ats", With(12, 16), "train.ats byte 508: checksum of the header differs", 1],
            ["sample bit", "valid.ats", With(600, 77), "valid.ats byte 512: checksum of sample 0 differs", 1],
        ];

    [TestMethod]
    [DynamicData(nameof(Cards))]
    public void A_bad_card_gives_one_line_and_stays_as_it_was(
        string what,
        string name,
        Func<byte[], byte[]?> spoil,
        string expected,
        int code
    )
    {
        string folder = Line.Path("bad");
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.GetFiles(Line.Path("card/attune")))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
        byte[]? bad = spoil(File.ReadAllBytes(Path.Combine(folder, name)));
        File.Delete(Path.Combine(folder, name));
        if (bad is not null)
        {
            File.WriteAllBytes(Path.Combine(folder, name), bad);
        }
        Dictionary<string, byte[]> before = Directory.GetFiles(folder).ToDictionary(path => path, File.ReadAllBytes);

        Assert.AreEqual(code, Line.Run("train", folder), what);

        StringAssert.Contains(Line.Errors, expected, what);
        // What does not fit is itemised after its line.
        string[] lines = Line.Errors.Trim().Split('\n');
        Assert.IsTrue(code == 3 || lines.Length == 1, Line.Errors);
        StringAssert.StartsWith(lines[0], "attune: ");
        foreach (var (path, bytes) in before)
        {
            CollectionAssert.AreEqual(bytes, File.ReadAllBytes(path), $"{what}: {path}");
        }
        Assert.IsFalse(File.Exists(Path.Combine(folder, "adapted.atm")), what);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void Samples_of_another_shape_are_refused_by_card_and_train()
    {
        Line.Must("data", "pictograms", "--images", "12", "-o", Line.Path("other.ats"));
        byte[] bytes = File.ReadAllBytes(Line.Path("other.ats"));
        BitConverter.TryWriteBytes(bytes.AsSpan(12), 16);
        BitConverter.TryWriteBytes(bytes.AsSpan(16), 64);
        Engine.SampleBytes.SealHeader(bytes);
        File.WriteAllBytes(Line.Path("other.ats"), bytes);
        const string Expected = "samples of 16x64x3 values, the model's input is 32x32x3; pack them for this model";
        Assert.AreEqual(
            1,
            Line.Run("card", Line.Path("none"), "-m", Line.Path("net.atm"), "-t", Line.Path("other.ats"))
        );
        StringAssert.Contains(Line.Errors, Expected);
        Assert.IsFalse(Directory.Exists(Line.Path("none")));
        byte[] good = File.ReadAllBytes(Line.Path("card/attune/train.ats"));
        File.WriteAllBytes(Line.Path("card/attune/train.ats"), bytes);
        Assert.AreEqual(1, Line.Run("train", Line.Path("card")));
        File.WriteAllBytes(Line.Path("card/attune/train.ats"), good);
        StringAssert.Contains(Line.Errors, "train.ats: " + Expected);
    }

    [TestMethod]
    [DataRow("1")]
    [DataRow("2")]
    [DataRow("3")]
    public void Storage_faults_leave_the_same_bytes(string seed)
    {
        string[] names = ["adapted.atm", "aligned.atm", "log.csv", "state-a.atc", "state-b.atc"];
        foreach (string card in (string[])["whole", "cut"])
        {
            string[] files = ["-m", Line.Path("net.atm"), "-t", Line.Path("t.ats"), "-v", Line.Path("v.ats")];
            string[] small =
            [
                "--method",
                "align+zo",
                "--epochs",
                "1",
                "--queries",
                "1",
                "--layers",
                "block 1",
                "--checkpoint-steps",
                "1",
            ];
            Line.Must(["card", Line.Path(card), .. files, .. small, "--align-samples", "6"]);
        }
        Line.Must("train", Line.Path("whole"));
        Line.Must("train", Line.Path("cut"), "--storage-faults", seed);
        StringAssert.Contains(Line.Errors, "attune: fault 1: ");
        StringAssert.Contains(Line.Errors, "; starting again");
        StringAssert.Contains(Line.Errors, " faults; the run is complete");
        foreach (string name in names)
        {
            CollectionAssert.AreEqual(
                File.ReadAllBytes(Line.Path($"whole/attune/{name}")),
                File.ReadAllBytes(Line.Path($"cut/attune/{name}")),
                name
            );
        }
        Directory.Delete(Line.Path("whole"), recursive: true);
        Directory.Delete(Line.Path("cut"), recursive: true);
    }

    private static byte[]? Removed(byte[] bytes) => null;

    private static Func<byte[], byte[]?> Cut(int length) => bytes => bytes[..length];

    private static Func<byte[], byte[]?> With(int at, byte value) =>
        bytes =>
        {
            bytes[at] = bytes[at] == value ? (byte)(value + 1) : value;
            return bytes;
        };

    private static Func<byte[], byte[]?> Replaced(string from, string to) =>
        bytes =>
        {
            string text = System.Text.Encoding.UTF8.GetString(bytes);
            Assert.Contains(from, text);
            return System.Text.Encoding.UTF8.GetBytes(text.Replace(from, to));
        };
}
