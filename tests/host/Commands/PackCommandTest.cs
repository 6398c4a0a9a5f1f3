using System.Text.Json;
using Attune.Data;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Tests.Data;
using Attune.Tests.Engine;

namespace Attune.Tests.Commands;

/// <summary>attune pack and attune data: what becomes of pictures, and what is refused.</summary>
[TestClass]
public sealed class PackCommandTest
{
    /// <summary>A classifier of two classes of 8x8 pictures.</summary>
    private static byte[] Network(float scale, int zero, int channels = 3) =>
        new TinyModel(1, 8, 8, channels, scale, zero)
            .AveragePool(8)
            .Head(new LayerSpec { Channels = 2 })
            .Build(1)
            .Bytes;

    private static CommandLine Folder(params (string Name, Image Image)[] pictures)
    {
        var line = new CommandLine();
        foreach (var (name, image) in pictures)
        {
            string path = line.Path($"root/{name}");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            ImageFile.Write(path, image);
        }
        return line;
    }

    private static CommandLine Two(Image image) => Folder(("a/1.png", image), ("b/1.png", image));

    private static int Pack(CommandLine line, params string[] options) =>
        line.Run(["pack", line.Path("root"), "-o", line.Path("x.ats"), .. options]);

    /// <summary>Meter readers on microcontrollers are fed 0..255 and cover what they saw in training.</summary>
    [TestMethod]
    public void A_raw_fed_network_gets_its_values_by_its_own_scale_and_zero_point()
    {
        var image = new Image(8, 8, 3);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            image.Pixels[i] = (i % 3) switch
            {
                0 => 0,
                1 => 100,
                _ => 250,
            };
        }
        using CommandLine line = Two(image);
        File.WriteAllBytes(line.Path("net.atm"), Network(0.91f, -128));

        Assert.AreEqual(0, Pack(line, "--model", line.Path("net.atm")), line.Errors);

        StringAssert.Contains(line.Errors, "input range raw (0..255), guessed: input scale 0.91 and zero point -128");
        using SampleReader reader = SampleReader.Open(line.Path("x.ats"));
        CollectionAssert.AreEqual(
            new sbyte[] { -128, -18, 127 },
            reader.Read(0).Elements[..3].Select(value => (sbyte)value).ToArray()
        );
        Assert.AreEqual((0.91f, -128), (reader.Header.InputScale, reader.Header.InputZero));
        Assert.AreEqual(1, Pack(line, "--model", line.Path("net.atm"), "--input-range", "unit"));
        string[] lines = [.. line.Errors.Trim().Split('\n').Where(one => !one.Contains("classes are numbered"))];
        Assert.HasCount(1, lines);
        StringAssert.Contains(lines[0], "the samples are nearly constant");
        Assert.AreEqual(
            0,
            Pack(line, "--model", line.Path("net.atm"), "--input-range", "unit", "--force"),
            line.Errors
        );
    }

    [TestMethod]
    public void Standardized_inputs_are_asked_for_and_remembered_by_the_model()
    {
        using CommandLine line = Two(Files.RandomImage(8, 8, 3));
        File.WriteAllBytes(line.Path("net.atm"), Network(1 / 32f, 4));

        Assert.AreEqual(1, Pack(line, "--model", line.Path("net.atm")));
        StringAssert.Contains(
            line.Errors,
            "does not say how its images were scaled; give --input-range raw (0..255), unit"
        );
        string range = "120,110,100/60,50,40";
        line.Must("import", line.Path("net.atm"), "-o", line.Path("told.atm"), "--input-range", range);
        StringAssert.Contains(line.Output, $"real values -4.125..3.844, input range {range}");
        Assert.AreEqual(0, Pack(line, "--model", line.Path("told.atm")), line.Errors);
        byte[] remembered = File.ReadAllBytes(line.Path("x.ats"));
        Assert.AreEqual(0, Pack(line, "--model", line.Path("net.atm"), "--input-range", range), line.Errors);
        CollectionAssert.AreEqual(remembered, File.ReadAllBytes(line.Path("x.ats")));
        using SampleReader reader = SampleReader.Open(line.Path("x.ats"));
        int pixel = Files.RandomImage(8, 8, 3).Pixels[1];
        Assert.AreEqual(
            Math.Clamp((int)Math.Round((pixel - 110) / 50.0 * 32, MidpointRounding.AwayFromZero) + 4, -128, 127),
            (sbyte)reader.Read(0).Elements[1]
        );
    }

    [TestMethod]
    public void Ranges_of_other_channels_and_unknown_ones_are_refused()
    {
        using CommandLine line = Two(Files.RandomImage(8, 8, 1));
        File.WriteAllBytes(line.Path("gray.atm"), Network(1 / 32f, 0, channels: 1));

        Assert.AreEqual(1, Pack(line, "--model", line.Path("gray.atm"), "--input-range", "imagenet"));
        StringAssert.Contains(line.Errors, "--input-range imagenet: has 3 means, the images have 1 channel(s)");
        Assert.AreEqual(2, Pack(line, "--model", line.Path("gray.atm"), "--input-range", "0..1"));
        StringAssert.Contains(line.Errors, "--input-range 0..1: takes raw (0..255), unit (0..1)");
        Assert.AreEqual(2, Pack(line, "--input-range", "unit"));
        StringAssert.Contains(line.Errors, "--input-range needs --model");
    }

    /// <summary>The same images make the same records as before there were class names and scales in the header.</summary>
    [TestMethod]
    public void Where_pixel_minus_128_is_exact_samples_stay_pixels()
    {
        using CommandLine line = Two(Files.RandomImage(8, 8, 3));
        File.WriteAllBytes(line.Path("net.atm"), Network(1 / 255f, -128));

        Assert.AreEqual(0, Pack(line, "--model", line.Path("net.atm")), line.Errors);

        using SampleReader reader = SampleReader.Open(line.Path("x.ats"));
        Assert.AreEqual(SampleType.UInt8, reader.Header.Type);
        Assert.AreEqual(1 / 255f, reader.Header.InputScale);
        CollectionAssert.AreEqual(Files.RandomImage(8, 8, 3).Pixels, reader.Read(0).Elements);
    }

    [TestMethod]
    public void Gray_and_large_pictures_are_brought_to_the_models_form()
    {
        using CommandLine line = Folder(("a/1.png", Files.Flat(30, 50, 90)), ("b/1.png", Files.RandomImage(4, 9, 3)));
        File.WriteAllBytes(line.Path("net.atm"), Network(1 / 255f, -128));
        File.WriteAllBytes(line.Path("gray.atm"), Network(1 / 255f, -128, channels: 1));

        Assert.AreEqual(0, Pack(line, "--model", line.Path("net.atm"), "--in-order"), line.Errors);
        using (SampleReader reader = SampleReader.Open(line.Path("x.ats")))
        {
            Assert.AreEqual((8, 8, 3), (reader.Header.Height, reader.Header.Width, reader.Header.Channels));
            CollectionAssert.AreEqual(Files.Flat(8, 8, 90, 90, 90).Pixels, reader.Read(0).Elements);
        }
        Assert.AreEqual(0, Pack(line, "--model", line.Path("gray.atm"), "--crop"), line.Errors);
        Assert.AreEqual(1, Pack(line));
        StringAssert.Contains(line.Errors, "give --size or --model, and all are resized");
        Assert.AreEqual(1, Pack(line, "--model", line.Path("gray.atm"), "--size", "9x9"));
        StringAssert.Contains(line.Errors, "the images are 9x9x1, the model takes 8x8x1; leave --size out");
    }

    [TestMethod]
    public void Pictures_are_shuffled_with_a_fixed_seed_unless_their_order_is_wanted()
    {
        (string, Image)[] pictures =
        [
            .. Enumerable.Range(0, 12).Select(i => ($"{(i < 6 ? "a" : "b")}/{i:D2}.png", Files.Flat(1, 1, (byte)i))),
        ];
        using CommandLine line = Folder(pictures);

        int[] Values(params string[] options)
        {
            Assert.AreEqual(0, Pack(line, options), line.Errors);
            using SampleReader reader = SampleReader.Open(line.Path("x.ats"));
            return [.. reader.ReadAll().Select(sample => (int)sample.Elements[0])];
        }

        int[] shuffled = Values();
        CollectionAssert.AreEqual(Enumerable.Range(0, 12).ToArray(), Values("--in-order"));
        CollectionAssert.AreEqual(Enumerable.Range(0, 12).ToArray(), shuffled.Order().ToArray());
        CollectionAssert.AreNotEqual(Enumerable.Range(0, 12).ToArray(), shuffled);
        CollectionAssert.AreEqual(shuffled, Values("--shuffle", "1"));
        CollectionAssert.AreNotEqual(shuffled, Values("--shuffle", "2"));
        CollectionAssert.AreEqual(shuffled[3..7], Values("--first", "3", "--count", "4"));
        Assert.AreEqual(2, Pack(line, "--shuffle", "1", "--in-order"));
        Assert.IsGreaterThan(1, shuffled[..6].Select(value => value / 6).Distinct().Count());
    }

    [TestMethod]
    public void A_bad_picture_ends_the_command_unless_it_may_be_skipped()
    {
        using CommandLine line = Two(Files.RandomImage(8, 8, 3));
        File.WriteAllBytes(line.Path("root/a/broken.jpg"), [0xFF, 0xD8, 0xFF]);

        Assert.AreEqual(1, Pack(line));
        StringAssert.Contains(line.Errors, "1 picture cannot be read: ");
        StringAssert.Contains(line.Errors, "broken.jpg");
        Assert.HasCount(1, line.Errors.Trim().Split('\n'));
        Assert.IsFalse(File.Exists(line.Path("x.ats")));
        Assert.AreEqual(0, Pack(line, "--skip-bad", "--json"), line.Errors);
        StringAssert.Contains(line.Errors, "left out 1 pictures that cannot be read");
        Assert.AreEqual(1, JsonDocument.Parse(line.Output).RootElement.GetProperty("skipped").GetInt32());
    }

    [TestMethod]
    public void Data_of_another_size_than_the_models_says_what_to_do()
    {
        using var line = new CommandLine();
        byte[] large = new TinyModel(1, 64, 64, 3, 1 / 255f, -128)
            .AveragePool(64)
            .Head(new LayerSpec { Channels = 10 })
            .Build(1)
            .Bytes;
        byte[] gray = new TinyModel(1, 32, 32, 1, 1 / 255f, -128)
            .AveragePool(32)
            .Head(new LayerSpec { Channels = 10 })
            .Build(1)
            .Bytes;
        File.WriteAllBytes(line.Path("large.atm"), large);
        File.WriteAllBytes(line.Path("gray.atm"), gray);
        string[] data = ["data", "pictograms", "--images", "4", "-o", line.Path("x.ats"), "--model"];

        Assert.AreEqual(1, line.Run([.. data, line.Path("large.atm")]));
        StringAssert.Contains(line.Errors, "the images are 32x32x3, the model takes 64x64x3; give --upsample 2.");
        Assert.AreEqual(1, line.Run([.. data, line.Path("gray.atm")]));
        StringAssert.Contains(line.Errors, "the model sees gray");
    }

    /// <summary>What is given in place of samples is named.</summary>
    [TestMethod]
    public void Folders_pictures_models_and_empty_files_in_place_of_samples_are_named()
    {
        using CommandLine line = Two(Files.RandomImage(8, 8, 3));
        File.WriteAllBytes(line.Path("net.atm"), Network(1 / 255f, -128));
        File.WriteAllBytes(line.Path("empty.ats"), []);
        File.WriteAllBytes(line.Path("empty.atm"), []);
        File.WriteAllText(line.Path("pointer.ats"), "version https://git-lfs.github.com/spec/v1\n");
        (string Path, string Expected)[] cases =
        [
            (line.Path("root"), $"is a folder; make a sample file of it first: attune pack {line.Path("root")}"),
            (line.Path("root/a/1.png"), "is a picture; make a sample file of a folder of pictures"),
            (line.Path("net.atm"), "is a model; give samples (.ats) here"),
            (line.Path("empty.ats"), "the file is empty"),
            (line.Path("pointer.ats"), "a Git LFS pointer, not the samples; run 'git lfs pull'"),
        ];
        foreach (var (path, expected) in cases)
        {
            Assert.AreEqual(1, line.Run("eval", line.Path("net.atm"), "--data", path), path);
            StringAssert.Contains(line.Errors, expected);
            Assert.HasCount(1, line.Errors.Trim().Split('\n'), line.Errors);
        }
        Assert.AreEqual(1, line.Run("inspect", line.Path("empty.atm")));
        StringAssert.Contains(line.Errors, "empty.atm: the file is empty; get a complete copy of it");
    }

    [TestMethod]
    public void Samples_of_another_quantization_are_refused_and_doubtful_ones_noted()
    {
        using CommandLine line = Two(Files.RandomImage(8, 8, 3));
        File.WriteAllBytes(line.Path("unit.atm"), Network(1 / 255f, -128));
        File.WriteAllBytes(line.Path("raw.atm"), Network(0.91f, -128));
        Assert.AreEqual(0, Pack(line, "--model", line.Path("unit.atm")), line.Errors);
        string[] card = ["card", line.Path("card"), "-t", line.Path("x.ats"), "--method", "zo", "-m"];

        Assert.AreEqual(1, line.Run("eval", line.Path("raw.atm"), "--data", line.Path("x.ats")));
        StringAssert.Contains(
            line.Errors,
            "quantized with scale 0.00392156886 and zero point -128, the model's input has"
        );
        Assert.AreEqual(1, line.Run([.. card, line.Path("raw.atm")]));
        Assert.AreEqual(
            1,
            line.Run("import", line.Path("raw.atm"), "-o", line.Path("y.atm"), "--calibrate", line.Path("x.ats"))
        );
        StringAssert.Contains(line.Errors, "pack them again with --model");
        Assert.AreEqual(0, Pack(line), line.Errors);
        line.Must("eval", line.Path("raw.atm"), "--data", line.Path("x.ats"));
        StringAssert.Contains(line.Errors, "the values are pixels, not quantized for this model (up to 23 steps away)");
        line.Must("eval", line.Path("unit.atm"), "--data", line.Path("x.ats"));
        Assert.AreEqual("", line.Errors);
    }

    [TestMethod]
    public void Import_refuses_names_that_are_not_as_many_as_the_classes()
    {
        using var line = new CommandLine();
        File.WriteAllBytes(line.Path("net.atm"), Network(1 / 255f, -128));
        string[] import = ["import", line.Path("net.atm"), "-o", line.Path("y.atm"), "--classes"];

        Assert.AreEqual(1, line.Run([.. import, "a,b,c"]));
        StringAssert.Contains(line.Errors, "--classes: 3 names, ");
        line.Must([.. import, "no,yes", "--json"]);
        JsonElement facts = JsonDocument.Parse(line.Output).RootElement;
        Assert.AreEqual("unit", facts.GetProperty("inputRange").GetString());
        Assert.AreEqual("yes", facts.GetProperty("classNames")[1].GetString());
        line.Must("inspect", line.Path("y.atm"));
        StringAssert.Contains(
            line.Output,
            "input: 8x8x3, scale 0.00392157, zero point -128, real values 0..1, input range unit, guessed"
        );
        StringAssert.Contains(line.Output, "outputs: classes, 2 classes: no, yes");
    }
}
