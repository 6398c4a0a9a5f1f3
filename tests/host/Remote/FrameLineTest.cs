using Attune.Remote;

namespace Attune.Tests.Remote;

/// <summary>Frames: what is sent arrives, what is damaged does not.</summary>
[TestClass]
public sealed class FrameLineTest
{
    private readonly Loop loop = new();

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(FrameLine.MostPayload)]
    public void A_frame_arrives_as_it_was_sent(int count)
    {
        byte[] payload = Payload(count);
        var frames = new FrameLine(loop);
        frames.Send(7, 0xBEEF, FrameLine.SentBefore, payload, count);
        Assert.IsTrue(frames.Receive(0));
        Assert.AreEqual((7, 0xBEEF, FrameLine.SentBefore), (frames.Type, frames.Sequence, frames.Flags));
        CollectionAssert.AreEqual(payload, frames.Payload[..frames.Count]);
        Assert.IsFalse(frames.Damaged);
        Assert.IsFalse(frames.Receive(0));
    }

    [TestMethod]
    public void The_bytes_are_those_of_the_specification()
    {
        new FrameLine(loop).Send(3, 0x0102, 0, [0x61, 0x62], 2);
        // Start, type, sequence, length, flags, check; payload; CRC-32 (zlib) of everything between.
        byte[] expected = [0xA5, 3, 2, 1, 2, 0, 0, 0xD6, 0x61, 0x62, 0xB9, 0x96, 0x40, 0x20];
        Assert.AreEqual(Convert.ToHexString(expected), Convert.ToHexString([.. loop.Bytes]));
    }

    [TestMethod]
    public void A_frame_with_any_bit_wrong_or_byte_missing_is_not_delivered_and_the_next_one_is()
    {
        var sender = new FrameLine(loop);
        sender.Send(3, 9, 0, Payload(20), 20);
        byte[] whole = [.. loop.Bytes];
        sender.Send(4, 10, 0, Payload(3), 3);
        byte[] next = [.. loop.Bytes.Skip(whole.Length)];
        for (int bit = 0; bit < 8 * whole.Length; bit++)
        {
            byte[] damaged = [.. whole];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            AssertOnlyNext(damaged, next, $"bit {bit}");
        }
        for (int missing = 0; missing < whole.Length; missing++)
        {
            AssertOnlyNext([.. whole[..missing], .. whole[(missing + 1)..]], next, $"without byte {missing}");
            AssertOnlyNext(whole[..missing], next, $"cut after {missing}");
        }
    }

    [TestMethod]
    public void A_wrong_length_is_known_before_so_many_bytes_are_waited_for()
    {
        var sender = new FrameLine(loop);
        sender.Send(3, 9, 0, Payload(20), 20);
        byte[] damaged = [.. loop.Bytes];
        damaged[5] ^= 2;
        sender.Send(4, 10, 0, Payload(3), 3);
        byte[] next = [.. loop.Bytes.Skip(damaged.Length)];
        var frames = new FrameLine(new Busy(new Loop([.. damaged, .. next])));
        Assert.IsTrue(frames.Receive(0));
        Assert.AreEqual(4, frames.Type);
    }

    [TestMethod]
    public void Random_bytes_are_no_frame()
    {
        var random = new Random(1);
        for (int trial = 0; trial < 200; trial++)
        {
            var garbage = new byte[random.Next(5000)];
            random.NextBytes(garbage);
            var frames = new FrameLine(new Loop(garbage));
            Assert.IsFalse(frames.Receive(0));
            Assert.AreEqual(garbage.Length > 0, frames.Damaged);
        }
    }

    private static void AssertOnlyNext(byte[] damaged, byte[] next, string what)
    {
        var frames = new FrameLine(new Loop([.. damaged, .. next]));
        Assert.IsTrue(frames.Receive(0), what);
        Assert.AreEqual((4, 10, 3), (frames.Type, frames.Sequence, frames.Count), what);
        Assert.IsFalse(frames.Receive(0), what);
    }

    private static byte[] Payload(int count)
    {
        var payload = new byte[count];
        new Random(2).NextBytes(payload);
        return payload;
    }

    /// <summary>A line that must not be read when nothing is left: whoever does so waits in vain.</summary>
    private sealed class Busy(Loop loop) : ILine
    {
        public int Read(byte[] data, int index, int count, int timeout)
        {
            int got = loop.Read(data, index, count, timeout);
            Assert.AreNotEqual(0, got);
            return got;
        }

        public void Write(byte[] data, int index, int count) => loop.Write(data, index, count);
    }

    /// <summary>A line whose end is its beginning.</summary>
    private sealed class Loop(params byte[] bytes) : ILine
    {
        public Queue<byte> Bytes { get; } = new(bytes);

        public int Read(byte[] data, int index, int count, int timeout)
        {
            int got = 0;
            while (got < count && Bytes.TryDequeue(out byte value))
            {
                data[index + got++] = value;
            }
            return got;
        }

        public void Write(byte[] data, int index, int count)
        {
            foreach (byte value in data.AsSpan(index, count))
            {
                Bytes.Enqueue(value);
            }
        }
    }
}
