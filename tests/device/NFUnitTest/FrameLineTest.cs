using System;
using Attune.Remote;
using nanoFramework.TestFramework;

namespace Attune.Device.Tests
{
    /// <summary>Frames of the serial line.</summary>
    [TestClass]
    public class FrameLineTest
    {
        [TestMethod]
        public void A_frame_arrives_behind_whatever_is_none()
        {
            Loop loop = new Loop();
            FrameLine frames = new FrameLine(loop);
            byte[] payload = new byte[] { 1, 2, 0xA5, 4 };
            loop.Write(new byte[] { 0xA5, 0xA5, 3, 9, 0xA5 }, 0, 5);
            frames.Send(7, 0xBEEF, FrameLine.SentBefore, payload, payload.Length);
            Assert.IsTrue(frames.Receive(0));
            Assert.AreEqual(7, frames.Type);
            Assert.AreEqual(0xBEEF, frames.Sequence);
            Assert.AreEqual(FrameLine.SentBefore, frames.Flags);
            Assert.AreEqual(payload.Length, frames.Count);
            for (int i = 0; i < payload.Length; i++)
            {
                Assert.AreEqual(payload[i], frames.Payload[i]);
            }
            Assert.IsTrue(frames.Damaged);
            Assert.IsFalse(frames.Receive(0));
        }

        [TestMethod]
        public void A_frame_with_a_wrong_bit_does_not_arrive()
        {
            Loop whole = new Loop();
            new FrameLine(whole).Send(3, 1, 0, new byte[] { 10, 20, 30 }, 3);
            for (int bit = 0; bit < 8 * whole.Count; bit++)
            {
                Loop damaged = new Loop(whole);
                damaged.Flip(bit);
                Assert.IsFalse(new FrameLine(damaged).Receive(0), "bit " + bit);
            }
        }

        /// <summary>A line whose end is its beginning.</summary>
        private sealed class Loop : ILine
        {
            private readonly byte[] bytes = new byte[256];
            private int taken;

            public Loop() { }

            public Loop(Loop other)
            {
                Write(other.bytes, 0, other.Count);
            }

            public int Count { get; private set; }

            public void Flip(int bit)
            {
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            }

            public int Read(byte[] data, int index, int count, int timeout)
            {
                int left = Count - taken < count ? Count - taken : count;
                Array.Copy(bytes, taken, data, index, left);
                taken += left;
                return left;
            }

            public void Write(byte[] data, int index, int count)
            {
                Array.Copy(data, index, bytes, Count, count);
                Count += count;
            }
        }
    }
}
