using Attune.Data;
using Attune.Memory;
using Attune.Storage;
using Attune.Testing;

namespace Attune.Tests.Engine;

[TestClass]
public sealed class SampleFileTest
{
    private const string Name = "train.ats";
    private const int Record = 8 + 3 * 5 * 2 + 2;

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void Every_sample_and_label_is_read(int type)
    {
        using var file = new SampleFile(Storage(Good(type)), Name);
        Assert.AreEqual(7, file.Count);
        Assert.AreEqual(4, file.Classes);
        Assert.AreEqual((3, 5, 2), (file.Height, file.Width, file.Channels));
        Assert.AreEqual(30, file.SampleBytes);
        using var arena = new Arena(64);
        foreach (int sample in (int[])[6, 0, 3, 3])
        {
            arena.Fill(0, 64, 0x77);
            Assert.AreEqual(sample % 4, file.Load(sample, arena, 4));
            var bytes = new byte[64];
            arena.Read(0, bytes, 0, 64);
            for (int i = 0; i < 64; i++)
            {
                byte value = Value(sample, i - 4);
                // uint8 pixels become value - 128.
                byte expected = i is < 4 or >= 34 ? (byte)0x77 : (byte)(type == 0 ? value : value - 128);
                Assert.AreEqual(expected, bytes[i], $"byte {i}");
            }
        }
    }

    [TestMethod]
    public void Samples_larger_than_the_reading_block_are_read()
    {
        byte[] bytes = SampleBytes.File(2, 32, 33, 1, 0, 0, Value);
        using var file = new SampleFile(Storage(bytes), Name);
        using var arena = new Arena(32 * 33);
        Assert.AreEqual(-1, file.Load(1, arena, 0));
        var read = new byte[32 * 33];
        arena.Read(0, read, 0, read.Length);
        CollectionAssert.AreEqual(Enumerable.Range(0, read.Length).Select(i => Value(1, i)).ToArray(), read);
    }

    [TestMethod]
    public void The_card_is_read_in_whole_aligned_sectors_each_once_in_order()
    {
        byte[] bytes = SampleBytes.File(40, 3, 5, 11, 1, 4, Value);
        var reads = new List<(long At, int Count)>();
        using var file = new SampleFile(new SpyStorage(Storage(bytes), reads), Name);
        using var arena = new Arena(3 * 5 * 11);
        reads.Clear();
        for (int sample = 0; sample < file.Count; sample++)
        {
            Assert.AreEqual(sample % 4, file.Load(sample, arena, 0));
        }
        var sectors = Enumerable
            .Range(1, bytes.Length / 512)
            .Select(i => (512L * i, Math.Min(512, bytes.Length - 512 * i)));
        CollectionAssert.AreEqual(sectors.Where(sector => sector.Item2 > 0).ToArray(), reads);
        reads.Clear();
        file.Load(file.Count - 1, arena, 0);
        Assert.IsEmpty(reads, "a sample whose only sector is the one that was read last");
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void Loading_allocates_nothing(int type)
    {
        using var file = new SampleFile(Storage(SampleBytes.File(40, 3, 5, 11, type, 4, Value)), Name);
        using var arena = new Arena(3 * 5 * 11);
        file.Load(0, arena, 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            file.Load(i * 7 % 40, arena, 0);
        }
        Assert.AreEqual(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [TestMethod]
    public void A_bit_that_flips_on_its_way_is_read_again()
    {
        var storage = new FaultStorage(Storage(Good(0)), 4);
        using var arena = new Arena(64);
        var read = new byte[30];
        for (int trial = 0; trial < 100; trial++)
        {
            using var file = new SampleFile(storage, Name);
            storage.Arm(FaultStorage.BitFlip, 1);
            Assert.AreEqual(trial % 7 % 4, file.Load(trial % 7, arena, 0));
            arena.Read(0, read, 0, 30);
            CollectionAssert.AreEqual(Enumerable.Range(0, 30).Select(i => Value(trial % 7, i)).ToArray(), read);
        }
        Assert.IsNotNull(storage.Report);
    }

    [TestMethod]
    [DataRow(0, 0x31535442, 0)]
    [DataRow(4, 2, 4)]
    [DataRow(8, 0, 8)]
    [DataRow(8, -1, 8)]
    [DataRow(8, 6, 8)]
    [DataRow(8, (1 << 24) + 1, 8)]
    [DataRow(12, 0, 12)]
    [DataRow(12, 65536, 12)]
    [DataRow(16, 0, 16)]
    [DataRow(16, 1 << 30, 16)]
    [DataRow(20, -3, 20)]
    [DataRow(20, 65536, 20)]
    [DataRow(24, 2, 24)]
    [DataRow(28, -1, 28)]
    [DataRow(28, 65537, 28)]
    [DataRow(32, Record + 4, 32)]
    [DataRow(32, -4, 32)]
    public void A_bad_header_field_is_named_with_its_byte(int at, int value, int named)
    {
        byte[] bytes = Good(0);
        SampleBytes.Put(bytes, at, value);
        SampleBytes.SealHeader(bytes);
        AssertRefused(bytes, named);
    }

    [TestMethod]
    public void Dimensions_whose_product_is_too_large_are_refused()
    {
        byte[] bytes = Good(0);
        foreach (int at in (int[])[12, 16, 20])
        {
            SampleBytes.Put(bytes, at, 65535);
        }
        SampleBytes.SealHeader(bytes);
        AssertRefused(bytes, 12);
    }

    [TestMethod]
    public void Files_that_are_too_short_or_too_long_are_refused()
    {
        byte[] bytes = Good(0);
        AssertRefused(bytes[..511], 0);
        AssertRefused([], 0);
        AssertRefused(bytes[..^1], 8);
        AssertRefused([.. bytes, 0], 8);
    }

    [TestMethod]
    public void Any_flipped_bit_of_the_header_is_noticed()
    {
        for (int bit = 0; bit < 8 * SampleBytes.HeaderBytes; bit += 37)
        {
            byte[] bytes = Good(0);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            AssertRefused(bytes, bit < 32 ? 0 : 508);
        }
    }

    [TestMethod]
    public void Any_flipped_bit_of_a_record_is_noticed_when_it_is_read()
    {
        using var arena = new Arena(64);
        for (int bit = 0; bit < 8 * Record; bit++)
        {
            byte[] bytes = Good(0);
            int start = SampleBytes.HeaderBytes + 2 * Record;
            bytes[start + bit / 8] ^= (byte)(1 << (bit % 8));
            using var file = new SampleFile(Storage(bytes), Name);
            Assert.AreEqual(1, file.Load(1, arena, 0));
            var error = Assert.ThrowsExactly<StorageException>(() => file.Load(2, arena, 0));
            StringAssert.Contains(error.Message, $"{Name} byte {start}: ");
        }
    }

    [TestMethod]
    [DataRow(4, 4)]
    [DataRow(4, -1)]
    [DataRow(0, 0)]
    [DataRow(0, -2)]
    public void A_label_outside_the_classes_is_refused(int classes, int label)
    {
        byte[] bytes = SampleBytes.File(2, 3, 5, 2, 0, classes, Value);
        int start = SampleBytes.HeaderBytes + Record;
        SampleBytes.Put(bytes, start, label);
        SampleBytes.SealRecord(bytes, start, Record);
        using var file = new SampleFile(Storage(bytes), Name);
        using var arena = new Arena(64);
        var error = Assert.ThrowsExactly<StorageException>(() => file.Load(1, arena, 0));
        StringAssert.Contains(error.Message, $"byte {start}: sample 1 has label {label}");
    }

    private static byte Value(int sample, int element) => (byte)(31 * sample + 7 * element + 200);

    private static byte[] Good(int type) => SampleBytes.File(7, 3, 5, 2, type, 4, Value);

    private static MemoryStorage Storage(byte[] bytes)
    {
        var storage = new MemoryStorage();
        storage.Files[Name] = bytes;
        return storage;
    }

    private static void AssertRefused(byte[] bytes, int at)
    {
        var error = Assert.ThrowsExactly<StorageException>(() => new SampleFile(Storage(bytes), Name));
        StringAssert.Contains(error.Message, $"{Name} byte {at}: ");
    }

    /// <summary>Notes where files are read.</summary>
    private sealed class SpyStorage(MemoryStorage inner, List<(long At, int Count)> reads) : IStorage
    {
        public bool Available => true;

        public bool Exists(string name) => inner.Exists(name);

        public IStorageFile OpenRead(string name) => new SpyFile(inner.OpenRead(name), reads);

        public IStorageFile Create(string name) => throw new NotSupportedException();

        public IStorageFile OpenWrite(string name) => throw new NotSupportedException();

        public void Delete(string name) => throw new NotSupportedException();

        public void Replace(string from, string to) => throw new NotSupportedException();
    }

    private sealed class SpyFile(IStorageFile file, List<(long At, int Count)> reads) : IStorageFile
    {
        private long position;

        public long Length => file.Length;

        public void Seek(long offset)
        {
            file.Seek(offset);
            position = offset;
        }

        public void Read(byte[] data, int index, int count)
        {
            file.Read(data, index, count);
            reads.Add((position, count));
            position += count;
        }

        public void Write(byte[] data, int index, int count) => throw new NotSupportedException();

        public void Truncate(long length) => throw new NotSupportedException();

        public void Dispose() => file.Dispose();
    }
}
