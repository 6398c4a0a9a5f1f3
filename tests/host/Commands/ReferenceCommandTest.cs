using System.Text.Json;
using Attune.Host.Data;
using Attune.Host.Import;
using Attune.Host.Model;
using Attune.Host.Reference.Demo;
using Attune.Tests.Data;

namespace Attune.Tests.Commands;

/// <summary>attune new and attune reference: a network from nothing, and what FP32 back-propagation makes of it.</summary>
[TestClass]
public sealed class ReferenceCommandTest
{
    private static readonly CommandLine Line = new();

    [ClassInitialize]
    public static void WriteFiles(TestContext context)
    {
        Line.Must("data", "pictograms", "--images", "400", "--generator", "3", "-o", Line.Path("t.ats"));
        Line.Must("data", "pictograms", "--images", "200", "--generator", "4", "-o", Line.Path("v.ats"));
        Line.Must(["new", "-o", Line.Path("net.atm"), "--input", "32x32x3", "--classes", "10", .. Layers]);
        File.WriteAllBytes(Line.Path("demo.atm"), DemoNetwork.Load().Bytes);
    }

    [ClassCleanup]
    public static void Remove() => Line.Dispose();

    private static string[] Layers => ["--layers", "conv 8 3x3 s2, conv 16 3x3 s2, conv 16 3x3 s2, fc"];

    private static int Reference(string model, params string[] options) =>
        Line.Run([
            "reference",
            Line.Path(model),
            "--train",
            Line.Path("t.ats"),
            "--test",
            Line.Path("v.ats"),
            .. options,
            "--json",
        ]);

    private static double Number(string name)
    {
        using JsonDocument result = JsonDocument.Parse(Line.Output);
        return result.RootElement.GetProperty(name).GetDouble();
    }

    /// <summary>Noise of 8x8 in which one of the three colours is brighter.</summary>
    private static void WriteColours()
    {
        string[] names = ["red", "green", "blue"];
        for (int number = 0; number < 120; number++)
        {
            Image image = Files.RandomImage(8, 8, 3, (ulong)number);
            for (int i = number % 3; i < image.Pixels.Length; i += 3)
            {
                image.Pixels[i] = (byte)(128 + image.Pixels[i] / 2);
            }
            string path = Line.Path($"colours/{names[number % 3]}/{number}.png");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            ImageFile.Write(path, image);
        }
    }

    [TestMethod]
    public void A_new_network_learns_in_fp32_and_the_result_runs_in_integers()
    {
        WriteColours();
        string net = Line.Path("colour.atm");
        Line.Must(["new", "-o", net, "--input", "8x8x3", "--classes", "red,green,blue", .. Layers]);
        Line.Must("pack", Line.Path("colours"), "-m", net, "-o", Line.Path("c.ats"), "--split", "75/25");
        string[] samples = ["--train", Line.Path("c-train.ats"), "--test", Line.Path("c-valid.ats")];

        Line.Must(["reference", net, .. samples, "--epochs", "40", "-o", Line.Path("out.atm"), "--json"]);

        Assert.IsLessThan(0.7, Number("before"));
        double after = Number("after");
        Assert.IsGreaterThan(0.9, after);
        Assert.AreEqual(40 * 3, Number("steps"));
        Line.Must("eval", Line.Path("out.atm"), "--data", Line.Path("c-valid.ats"), "--json");
        Assert.AreEqual(after, Number("accuracyBefore"), 0.07);
        AtmFile trained = AtmFile.Parse(File.ReadAllBytes(Line.Path("out.atm")));
        CollectionAssert.AreEqual((string[])["red", "green", "blue"], trained.ClassNames.ToArray());
    }

    [TestMethod]
    public void A_model_is_begun_again_and_its_parts_are_trained()
    {
        Line.Must("import", Line.Path("demo.atm"), "-o", Line.Path("fresh.atm"), "--random-weights", "--seed", "3");
        Line.Must("eval", Line.Path("fresh.atm"), "--data", Line.Path("v.ats"), "--json");
        Assert.IsLessThan(0.3, Number("accuracyBefore"));
        foreach (string parts in (string[])["biases", "biases+head", "head", "last-block"])
        {
            Assert.AreEqual(0, Reference("fresh.atm", "--epochs", "1", "--parts", parts), Line.Errors);
            Assert.AreEqual(13, Number("steps"), parts);
        }
        Line.Must([
            "import",
            Line.Path("demo.atm"),
            "-o",
            Line.Path("own.atm"),
            "--random-weights",
            "--calibrate",
            Line.Path("t.ats"),
        ]);
        CollectionAssert.AreNotEqual(
            File.ReadAllBytes(Line.Path("fresh.atm")),
            File.ReadAllBytes(Line.Path("own.atm"))
        );
    }

    public static IEnumerable<object[]> Refused =>
        [
            [2, "new -o @x --input 28x28 --classes 10", "--input 28x28: takes height, width"],
            [2, "new -o @x --input 28x0x1 --classes 10", "--input 28x0x1: takes"],
            [2, "new -o @x --input 8x8x1 --classes 1", "--classes 1: 1 classes; a classifier has 2..65536"],
            [
                2,
                "new -o @x --input 8x8x1 --classes 3 --layers lstm",
                "--layers: layer 1, 'lstm': the last layer is 'fc'",
            ],
            [1, "new -o @x --input 8x8x1 --classes @none.txt", "none.txt: cannot be read"],
            [
                2,
                "reference @net.atm -t @t.ats --test @v.ats --parts tail",
                "--parts tail: takes all, biases, biases+head",
            ],
            [2, "reference @net.atm -t @t.ats --test @v.ats --epochs 0", "--epochs takes 1..100000"],
            [
                2,
                "reference @net.atm -t @t.ats --test @v.ats --momentum 1",
                "--momentum takes a number from 0 to below 1",
            ],
            [2, "reference @net.atm -t @t.ats --test @v.ats --augment turn", "--augment turn: takes flip, shift=1..64"],
            [2, "reference @net.atm -t @t.ats --test @v.ats --augment shift=0", "--augment shift=0: takes flip"],
            [1, "reference @filtered.atm -t @t.ats --test @v.ats -o @x", "filtered.atm: has an input filter"],
            [1, "reference @small.atm -t @t.ats --test @v.ats", "t.ats: samples of 3072 values, the model takes 8x8x1"],
            [2, "import @demo.atm -o @x --random-weights --input-filter --calibrate @t.ats", "do not go together"],
        ];

    [TestMethod]
    [DynamicData(nameof(Refused))]
    public void Bad_input_is_refused_in_one_line(int code, string line, string message)
    {
        Line.Must("new", "-o", Line.Path("small.atm"), "--input", "8x8x1", "--classes", "10");

        File.WriteAllBytes(Line.Path("filtered.atm"), InputFilter.Insert(DemoNetwork.Load(), 3).Bytes);

        int got = Line.Run([.. line.Split(' ').Select(word => word[0] == '@' ? Line.Path(word[1..]) : word)]);

        Assert.AreEqual(code, got, Line.Errors);
        StringAssert.Contains(Line.Errors, message);
        Assert.HasCount(1, Line.Errors.Trim().Split('\n'));
        Assert.IsFalse(File.Exists(Line.Path("x")));
    }
}
