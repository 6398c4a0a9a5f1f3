using System;
using Attune.Kernels;
using Attune.Numbers;

namespace Attune.Remote
{
    /// <summary>
    /// Frames over a line (docs/FORMATS.md, "Serial line"): start byte, type, sequence number, length, flags, check of the
    /// header, payload, CRC-32. A damaged frame is never delivered; the reader finds the next whole one.
    /// </summary>
    public sealed class FrameLine
    {
        /// <summary>Most bytes of a payload.</summary>
        public const int MostPayload = 768;

        /// <summary>Flag of a request that was sent before.</summary>
        public const int SentBefore = 1;

        private const int Start = 0xA5;
        private const int HeaderBytes = 8;
        private const int CrcBytes = 4;
        private const int MostFrame = HeaderBytes + MostPayload + CrcBytes;
        private readonly ILine line;
        private readonly byte[] received = new byte[2 * MostFrame];
        private readonly byte[] frame = new byte[MostFrame];
        private int begin;
        private int end;

        /// <summary>Frames over a line.</summary>
        public FrameLine(ILine line)
        {
            this.line = line;
        }

        /// <summary>Type of the frame that was received last.</summary>
        public int Type { get; private set; }

        /// <summary>Sequence number of the frame that was received last, 0..65535.</summary>
        public int Sequence { get; private set; }

        /// <summary>Flags of the frame that was received last.</summary>
        public int Flags { get; private set; }

        /// <summary>Payload bytes of the frame that was received last.</summary>
        public int Count { get; private set; }

        /// <summary>The payload of the frame that was received last, its first <see cref="Count"/> bytes.</summary>
        public byte[] Payload { get; private set; } = new byte[MostPayload];

        /// <summary>Whether the last call of <see cref="Receive"/> met bytes that are no whole frame.</summary>
        public bool Damaged { get; private set; }

        /// <summary>Sends a frame.</summary>
        public void Send(int type, int sequence, int flags, byte[] payload, int count)
        {
            frame[0] = Start;
            frame[1] = (byte)type;
            frame[2] = (byte)sequence;
            frame[3] = (byte)(sequence >> 8);
            frame[4] = (byte)count;
            frame[5] = (byte)(count >> 8);
            frame[6] = (byte)flags;
            frame[7] = HeaderCheck(frame, 0);
            Array.Copy(payload, 0, frame, HeaderBytes, count);
            uint crc = Native.Crc32(frame, 1, HeaderBytes - 1 + count, 0);
            LittleEndian.Put(frame, HeaderBytes + count, (int)crc);
            line.Write(frame, 0, HeaderBytes + count + CrcBytes);
        }

        /// <summary>Waits for a whole frame. Returns false after silence, or after much that is none.</summary>
        /// <param name="timeout">Milliseconds of silence to wait for.</param>
        public bool Receive(int timeout)
        {
            Damaged = false;
            int patience = 4 * MostFrame;
            while (true)
            {
                if (Take())
                {
                    return true;
                }
                MakeRoom();
                int got = patience > 0 ? line.Read(received, end, received.Length - end, timeout) : 0;
                if (got <= 0)
                {
                    // After silence nothing will complete what has begun; a frame may stand after a false start.
                    while (begin < end)
                    {
                        Damaged = true;
                        begin++;
                        if (Take())
                        {
                            return true;
                        }
                    }
                    return false;
                }
                end += got;
                patience -= got;
            }
        }

        /// <summary>Takes the first whole frame out of what has been received; drops what cannot be one.</summary>
        private bool Take()
        {
            while (begin < end)
            {
                if (received[begin] != Start)
                {
                    Drop();
                    continue;
                }
                if (end - begin < HeaderBytes)
                {
                    return false;
                }
                int count = received[begin + 4] | (received[begin + 5] << 8);
                if (count > MostPayload || received[begin + 7] != HeaderCheck(received, begin))
                {
                    Drop();
                    continue;
                }
                int bytes = HeaderBytes + count + CrcBytes;
                if (end - begin < bytes)
                {
                    return false;
                }
                uint crc = Native.Crc32(received, begin + 1, HeaderBytes - 1 + count, 0);
                if ((uint)LittleEndian.Get(received, begin + HeaderBytes + count) != crc)
                {
                    Drop();
                    continue;
                }
                Type = received[begin + 1];
                Sequence = received[begin + 2] | (received[begin + 3] << 8);
                Flags = received[begin + 6];
                Count = count;
                Array.Copy(received, begin + HeaderBytes, Payload, 0, count);
                begin += bytes;
                return true;
            }
            return false;
        }

        private void Drop()
        {
            Damaged = true;
            begin++;
        }

        private void MakeRoom()
        {
            if (begin > 0)
            {
                Array.Copy(received, begin, received, 0, end - begin);
                end -= begin;
                begin = 0;
            }
        }

        /// <summary>Guards the length, so that a damaged one is known before so many bytes are waited for.</summary>
        private static byte HeaderCheck(byte[] data, int at)
        {
            int check = 0x5A;
            for (int i = 1; i < HeaderBytes - 1; i++)
            {
                check = ((check << 1) | (check >> 7)) ^ data[at + i];
                check &= 0xFF;
            }
            return (byte)check;
        }
    }
}
