using Attune.Data;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;
using Attune.Storage;
using Attune.Tests.Data;

namespace Attune.Tests.Engine;

/// <summary>Class names and input scale of models and samples: kept, read on both sides, and compared before a run.</summary>
[TestClass]
public sealed class SampleClassesTest
{
    private static readonly string[] Names = ["ant", "bee", "Müll", "dog"];

    /// <summary>The samples of the test's network, with names and scale in the header.</summary>
    private static byte[] Samples(string[] names, float scale = 0, int zero = 0, int classes = 4)
    {
        using var files = new Files();
        string path = files.Path("x.ats");
        var header = new SampleHeader(7, 4, 4, 2, SampleType.Int8, classes)
        {
            ClassNames = names,
            InputScale = scale,
            InputZero = zero,
        };
        SampleWriter.Write(
            path,
            header,
            Enumerable
                .Range(0, 7)
                .Select(i => new Sample(i % classes, [.. Enumerable.Range(0, 32).Select(e => (byte)(37 * i + 11 * e))]))
        );
        return File.ReadAllBytes(path);
    }

    private static AtmFile Named(params string[] names)
    {
        var builder = AtmBuilder.From(TestCard.Model);
        builder.ClassNames = names;
        builder.InputRange = InputRange.Parse("120,110/60,50");
        return builder.Build();
    }

    private static MemoryStorage Card(byte[] model, byte[] samples)
    {
        MemoryStorage card = TestCard.Write();
        card.Files[CardFiles.Model] = model;
        card.Files[CardFiles.Training] = samples;
        return card;
    }

    [TestMethod]
    public void Samples_keep_names_scale_and_zero_point_and_the_engine_reads_past_them()
    {
        using var files = new Files();
        byte[] bytes = Samples(Names, 0.02f, 5);
        string path = files.Write(bytes, "x.ats");
        var storage = new MemoryStorage();
        storage.Files["x.ats"] = bytes;

        using var file = new SampleFile(storage, "x.ats");
        using var reader = SampleReader.Open(path);

        CollectionAssert.AreEqual(Names, reader.Header.ClassNames.ToArray());
        Assert.AreEqual((0.02f, 5), (reader.Header.InputScale, reader.Header.InputZero));
        Assert.AreEqual((0.02f, 5), (file.InputScale, file.InputZero));
        Assert.AreEqual(ClassNames.Checksum("ant\nbee\nMüll\ndog\n"u8.ToArray()), file.ClassNamesChecksum);
        using var arena = new Arena(64);
        Assert.AreEqual(2, file.Load(6, arena, 0));
        Assert.AreEqual(2, reader.Read(6).Label);
    }

    [TestMethod]
    public void Damaged_names_are_refused_with_their_place()
    {
        using var files = new Files();
        byte[] bytes = Samples(Names);
        bytes[^2] ^= 1;
        string path = files.Write(bytes, "x.ats");

        var error = Assert.ThrowsExactly<DataException>(() => SampleReader.Open(path));

        StringAssert.StartsWith(error.Message, $"{path}, byte {512 + 7 * 40}: the names of the 4 classes are damaged");
    }

    [TestMethod]
    public void A_model_keeps_names_and_input_range_through_every_rebuilding_and_adaptation()
    {
        AtmFile model = AtmBuilder.From(Named(Names)).Build();
        MemoryStorage card = Card(model.Bytes, Samples(Names, 0.02f, 5));
        card.Files[CardFiles.Validation] = card.Files[CardFiles.Training];

        Assert.IsTrue(TestCard.Run(card));

        AtmFile adapted = AtmFile.Parse(card.Files[CardFiles.Adapted]);
        CollectionAssert.AreEqual(Names, adapted.ClassNames.ToArray());
        Assert.AreEqual(InputRange.Parse("120,110/60,50"), adapted.InputRange);
        Assert.AreEqual(1, adapted.Header(HeaderField.Adaptations));
    }

    [TestMethod]
    public void Damaged_names_and_ranges_of_a_model_are_refused()
    {
        byte[] good = Named(Names).Bytes;
        int names = BitConverter.ToInt32(good, 4 * HeaderField.ClassNames);
        int range = BitConverter.ToInt32(good, 4 * HeaderField.InputRange);
        (int At, int Value, string Reason)[] faults =
        [
            (4 * HeaderField.ClassNames, good.Length, "damaged class names"),
            (4 * HeaderField.ClassNamesBytes, -1, "damaged class names"),
            (4 * HeaderField.ClassNamesBytes, 4, "damaged class names"),
            (names, 0x0A0A0A0A, "damaged class names"),
            (4 * HeaderField.InputRange, good.Length - 12, "damaged input range"),
            (range + 8, 0, "damaged input range"),
        ];
        foreach (var (at, value, reason) in faults)
        {
            byte[] bad = [.. good];
            SampleBytes.Put(bad, at, value);
            SampleBytes.Put(bad, 12, 0);
            SampleBytes.Put(bad, 12, (int)Attune.Kernels.Native.Crc32(bad, 0, bad.Length, 0));

            var error = Assert.ThrowsExactly<ModelException>(() => AtmFile.Parse(bad), $"{at}");

            StringAssert.Contains(error.Message, reason);
        }
    }

    [TestMethod]
    public void A_card_whose_samples_do_not_go_with_the_model_does_not_run()
    {
        byte[] named = Named(Names).Bytes;
        (byte[] Model, byte[] Samples, string Reason)[] bad =
        [
            (named, Samples([.. Names.Reverse()]), "train.ats: other class names than model.atm has"),
            (named, Samples(["a", "b", "c"], classes: 3), "train.ats: 3 classes, model.atm has 4"),
            (TestCard.Model.Bytes, Samples([], classes: 5), "train.ats: 5 classes, model.atm has 4"),
            (named, Samples(Names, 0.02f, 4), "train.ats: quantized for another input than that of model.atm"),
            (named, Samples(Names, 0.03f, 5), "train.ats: quantized for another input than that of model.atm"),
        ];
        foreach (var (model, samples, reason) in bad)
        {
            var error = Assert.ThrowsExactly<JobException>(() => TestCard.Run(Card(model, samples)));

            StringAssert.StartsWith(error.Message, reason);
            Assert.AreEqual(CardFault.BadSamples, error.Fault);
        }
        foreach (
            var (model, samples) in new[]
            {
                (named, Samples([])),
                (TestCard.Model.Bytes, Samples(Names, 0.02f, 5)),
                (named, Samples(Names, 0.02f, 5)),
            }
        )
        {
            Assert.IsTrue(TestCard.Run(Card(model, samples)));
        }
    }
}
