using System.Buffers.Binary;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Kernels;

namespace Attune.Tests.Data;

/// <summary>Sample files, .ats, to the byte as docs/FORMATS.md has them.</summary>
[TestClass]
public sealed class SampleFileTest
{
    [TestMethod]
    public void Every_byte_is_where_the_format_has_it()
    {
        using var files = new Files();
        string path = files.Path("x.ats");

        SampleWriter.Write(
            path,
            new SampleHeader(2, 1, 5, 1, SampleType.UInt8, 300),
            [new Sample(258, [1, 2, 3, 4, 5]), new Sample(0, [6, 7, 8, 9, 255])]
        );

        byte[] bytes = File.ReadAllBytes(path);
        Assert.HasCount(512 + 2 * 16, bytes);
        int Word(int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));
        CollectionAssert.AreEqual("ATS1"u8.ToArray(), bytes[..4]);
        int[] words = [1, 2, 1, 5, 1, 1, 300, 16];
        for (int i = 0; i < words.Length; i++)
        {
            Assert.AreEqual(words[i], Word(4 + 4 * i), $"word at {4 + 4 * i}");
        }
        Assert.IsFalse(bytes.AsSpan(36, 472).ContainsAnyExcept((byte)0));
        Assert.AreEqual(Native.Crc32(bytes, 0, 508, 0), (uint)Word(508));
        CollectionAssert.AreEqual(new byte[] { 2, 1, 0, 0, 1, 2, 3, 4, 5, 0, 0, 0 }, bytes[512..524]);
        Assert.AreEqual(Native.Crc32(bytes, 512, 12, 0), (uint)Word(524));
        CollectionAssert.AreEqual(new byte[] { 0, 0, 0, 0, 6, 7, 8, 9, 255, 0, 0, 0 }, bytes[528..540]);
    }

    [TestMethod]
    public void Samples_come_back_as_they_were_written()
    {
        using var files = new Files();
        string path = files.Path("x.ats");
        var header = new SampleHeader(3, 2, 2, 1, SampleType.Int8, 0);
        Sample[] samples = [.. Enumerable.Range(0, 3).Select(i => new Sample(-1, [(byte)i, 128, 255, 7]))];

        SampleWriter.Write(path, header, samples);

        using var reader = SampleReader.Open(path);
        Assert.AreEqual(header, reader.Header);
        var back = reader.ReadAll().ToList();
        for (int i = 0; i < 3; i++)
        {
            Assert.AreEqual(-1, back[i].Label);
            CollectionAssert.AreEqual(samples[i].Elements, back[i].Elements);
        }
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => reader.Read(3));
    }

    [TestMethod]
    public void Images_are_written_as_pixels_or_quantized()
    {
        using var files = new Files();
        LabeledImage[] images = [new(Files.Flat(1, 1, 10, 20, 30), 1, 0), new(Files.Flat(1, 1, 0, 128, 255), 0, 1)];
        using var set = new MemoryImageSet(images, ["a", "b"]);
        string pixels = files.Path("pixels.ats");
        string quantized = files.Path("quantized.ats");
        var told = new List<int>();

        SampleWriter.Write(pixels, set, null, progress: told.Add);
        SampleWriter.Write(quantized, set, new PixelQuantizer(InputRange.Parse("raw")!, 2, -1));

        using var first = SampleReader.Open(pixels);
        using var second = SampleReader.Open(quantized);
        Assert.AreEqual(new SampleHeader(2, 1, 1, 3, SampleType.UInt8, 2), first.Header with { ClassNames = [] });
        CollectionAssert.AreEqual((string[])["a", "b"], first.Header.ClassNames.ToArray());
        Assert.AreEqual(
            new SampleHeader(2, 1, 1, 3, SampleType.Int8, 2) { InputScale = 2, InputZero = -1 },
            second.Header with
            {
                ClassNames = [],
            }
        );
        CollectionAssert.AreEqual(new byte[] { 10, 20, 30 }, first.Read(0).Elements);
        CollectionAssert.AreEqual(new byte[] { 0xFF, 63, 127 }, second.Read(1).Elements);
        Assert.AreEqual(1, second.Read(0).Label);
        int[] expected = [1, 2];
        CollectionAssert.AreEqual(expected, told);
    }

    [TestMethod]
    public void Samples_that_do_not_fit_the_header_leave_no_file()
    {
        using var files = new Files();
        string path = files.Path("x.ats");
        var header = new SampleHeader(2, 1, 2, 1, SampleType.Int8, 3);
        (SampleHeader, Sample[])[] faults =
        [
            (header, [new(0, [1, 2])]),
            (header, [new(0, [1, 2]), new(1, [1, 2]), new(2, [1, 2])]),
            (header, [new(0, [1, 2]), new(0, [1])]),
            (header, [new(0, [1, 2]), new(3, [1, 2])]),
            (header, [new(0, [1, 2]), new(-1, [1, 2])]),
            (header with { Count = 0 }, []),
            (header with { Height = 65536 }, []),
            (header with { Height = 60000, Width = 60000 }, []),
            (header with { Classes = -1 }, []),
            (header with { Type = (SampleType)2 }, []),
        ];

        foreach (var (faulty, samples) in faults)
        {
            Assert.ThrowsExactly<DataException>(() => SampleWriter.Write(path, faulty, samples), $"{faulty}");
        }

        Assert.IsEmpty(Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    /// <summary>Each fault with a right checksum, so that the check of its own is what finds it.</summary>
    [TestMethod]
    [DataRow(0, 0x32535441, "byte 0: this is no sample file")]
    [DataRow(4, 2, "byte 4: version 2")]
    [DataRow(8, 0, "byte 8: the number of samples, 0,")]
    [DataRow(8, 3, "byte 536: the file has 536 bytes, but 3 samples need 548")]
    [DataRow(12, 70000, "byte 12: the height, 70000,")]
    [DataRow(16, -1, "byte 16: the width, -1,")]
    [DataRow(20, 0, "byte 20: the number of channels, 0,")]
    [DataRow(24, 2, "byte 24: the element type, 2,")]
    [DataRow(28, -5, "byte 28: the number of classes, -5,")]
    [DataRow(28, 1, "byte 512: sample 0 has label 1, but the file has 1 classes")]
    [DataRow(32, 16, "byte 32: records of 16 bytes")]
    [DataRow(504, 1 << 24, "byte 507: a reserved byte")]
    public void A_faulty_header_is_refused_with_its_place(int at, int value, string reason)
    {
        using var files = new Files();
        string path = files.Path("x.ats");
        var header = new SampleHeader(2, 1, 2, 1, SampleType.Int8, 2);
        SampleWriter.Write(path, header, [new(1, [1, 2]), new(0, [3, 4])]);
        byte[] bytes = File.ReadAllBytes(path);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(508), Native.Crc32(bytes, 0, 508, 0));
        File.WriteAllBytes(path, bytes);

        var error = Assert.ThrowsExactly<DataException>(() =>
        {
            using var reader = SampleReader.Open(path);
            reader.Read(0);
        });

        StringAssert.StartsWith(error.Message, $"{path}, {reason}");
    }

    [TestMethod]
    public void A_changed_record_is_refused_and_its_neighbor_is_not()
    {
        using var files = new Files();
        string path = files.Path("x.ats");
        SampleWriter.Write(path, new SampleHeader(2, 1, 2, 1, SampleType.Int8, 2), [new(1, [1, 2]), new(0, [3, 4])]);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[512 + 5] ^= 1;
        File.WriteAllBytes(path, bytes);
        using var reader = SampleReader.Open(path);

        var error = Assert.ThrowsExactly<DataException>(() => reader.Read(0));

        StringAssert.Contains(error.Message, "byte 520: the checksum of sample 0");
        CollectionAssert.AreEqual(new byte[] { 3, 4 }, reader.Read(1).Elements);
    }
}
