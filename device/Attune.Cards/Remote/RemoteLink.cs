using System;
using System.Text;
using Attune.Execution;
using Attune.Numbers;
using Attune.Storage;

namespace Attune.Remote
{
    /// <summary>
    /// The device's end of a serial line to 'attune feed': one request at a time, sent again until its reply has come.
    /// Every request says all that the host must know, so that host or device may begin anew at any moment.
    /// </summary>
    public sealed class RemoteLink
    {
        /// <summary>Version of the protocol.</summary>
        public const int Version = 1;

        private const int ReplyTime = 1000;
        private readonly FrameLine frames;
        private readonly ITick waiting;
        private readonly byte[] request = new byte[FrameLine.MostPayload];
        private int count;
        private int sequence;

        /// <summary>A link over a line.</summary>
        /// <param name="line">To the host.</param>
        /// <param name="waiting">Called after every second without a reply; answers false to give up.</param>
        public RemoteLink(ILine line, ITick waiting)
        {
            frames = new FrameLine(line);
            this.waiting = waiting;
        }

        /// <summary>Bytes of the last reply.</summary>
        public byte[] Reply
        {
            get { return frames.Payload; }
        }

        /// <summary>Place in <see cref="Reply"/> where its data begin.</summary>
        public const int DataAt = 1;

        /// <summary>Data bytes of the last reply.</summary>
        public int DataBytes
        {
            get { return frames.Count - DataAt; }
        }

        /// <summary>Greets the host.</summary>
        /// <param name="device">Name of the device, shown by the host.</param>
        /// <returns>The host's local time; <see cref="DateTime.MinValue"/> if it gave none.</returns>
        /// <exception cref="StorageException">No host answers, or it speaks another version.</exception>
        public DateTime Greet(string device)
        {
            Begin();
            Put(Version);
            PutBytes(Encoding.UTF8.GetBytes(device));
            Call(FrameType.Hello);
            int version = DataBytes >= 4 ? LittleEndian.Get(Reply, DataAt) : 0;
            if (version != Version)
            {
                throw new StorageException(
                    CardFault.CardError,
                    "the host speaks version " + version + " of the protocol, this program " + Version + "; update both"
                );
            }
            if (DataBytes < 11)
            {
                return DateTime.MinValue;
            }
            int year = Reply[DataAt + 4] | (Reply[DataAt + 5] << 8);
            int at = DataAt + 6;
            return new DateTime(year, Reply[at], Reply[at + 1], Reply[at + 2], Reply[at + 3], Reply[at + 4]);
        }

        /// <summary>Shows a line on the host.</summary>
        public void Line(string text)
        {
            Begin();
            PutText(text);
            Call(FrameType.Line);
        }

        /// <summary>Tells the host that the run is over.</summary>
        /// <param name="fault">One of <see cref="CardFault"/>; <see cref="CardFault.None"/>: it is complete.</param>
        /// <param name="text">The last line.</param>
        public void End(int fault, string text)
        {
            Begin();
            Put(fault);
            PutText(text);
            Call(FrameType.End);
        }

        /// <summary>Begins a request.</summary>
        internal void Begin()
        {
            count = 0;
        }

        /// <summary>Begins a request about a file.</summary>
        internal void Begin(byte[] name)
        {
            count = 0;
            PutName(name);
        }

        internal void PutName(byte[] name)
        {
            request[count++] = (byte)name.Length;
            PutBytes(name);
        }

        internal void Put(int value)
        {
            LittleEndian.Put(request, count, value);
            count += 4;
        }

        internal void Put(long value)
        {
            Put((int)value);
            Put((int)(value >> 32));
        }

        internal void PutBytes(byte[] data)
        {
            PutBytes(data, 0, data.Length);
        }

        internal void PutBytes(byte[] data, int index, int bytes)
        {
            Array.Copy(data, index, request, count, bytes);
            count += bytes;
        }

        /// <summary>Sends the request until its reply has come.</summary>
        /// <exception cref="StorageException">The waiting was given up, or the host refused.</exception>
        internal void Call(int type)
        {
            sequence = (sequence + 1) & 0xFFFF;
            int flags = 0;
            while (!Attempt(type, flags))
            {
                flags = FrameLine.SentBefore;
                if (!waiting.Tick())
                {
                    throw new StorageException(
                        CardFault.NoCard,
                        "no host answers on the serial line; start 'attune feed' there"
                    );
                }
            }
            if (Reply[0] != CardFault.None)
            {
                string reason = Encoding.UTF8.GetString(Reply, DataAt, DataBytes);
                throw new StorageException(Reply[0], "host: " + reason);
            }
        }

        private bool Attempt(int type, int flags)
        {
            frames.Send(type, sequence, flags, request, count);
            // Replies to what was asked before can still be under way.
            for (int stray = 0; stray < 8 && frames.Receive(ReplyTime); stray++)
            {
                bool mine = frames.Type == type + FrameType.Reply && frames.Sequence == sequence;
                if (mine && frames.Count >= DataAt)
                {
                    return true;
                }
                if (frames.Type == FrameType.Again)
                {
                    frames.Send(type, sequence, FrameLine.SentBefore, request, count);
                }
            }
            return false;
        }

        private void PutText(string text)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            int room = request.Length - count;
            PutBytes(bytes, 0, bytes.Length < room ? bytes.Length : room);
        }
    }
}
