using System;
using System.Text;
using Attune.Numbers;
using Attune.Storage;

namespace Attune.Remote
{
    /// <summary>The card folder of a host at the other end of a serial line, for boards without an SD card.</summary>
    public sealed class RemoteStorage : IStorage
    {
        /// <summary>Most bytes of a file that one frame carries.</summary>
        public const int Block = 512;

        private readonly RemoteLink link;

        /// <summary>The folder behind a link.</summary>
        public RemoteStorage(RemoteLink link)
        {
            this.link = link;
        }

        /// <inheritdoc/>
        /// <remarks>A host that has answered once is waited for.</remarks>
        public bool Available
        {
            get { return true; }
        }

        /// <inheritdoc/>
        public bool Exists(string name)
        {
            return LengthOf(Name(name)) >= 0;
        }

        /// <inheritdoc/>
        public IStorageFile OpenRead(string name)
        {
            byte[] bytes = Name(name);
            long length = LengthOf(bytes);
            if (length < 0)
            {
                throw new StorageException(CardFault.CardError, name + ": there is no such file on the host");
            }
            return new OpenFile(this, bytes, length);
        }

        /// <inheritdoc/>
        public IStorageFile Create(string name)
        {
            byte[] bytes = Name(name);
            link.Begin(bytes);
            link.Call(FrameType.Create);
            return new OpenFile(this, bytes, 0);
        }

        /// <inheritdoc/>
        public IStorageFile OpenWrite(string name)
        {
            byte[] bytes = Name(name);
            long length = LengthOf(bytes);
            return length < 0 ? Create(name) : new OpenFile(this, bytes, length);
        }

        /// <inheritdoc/>
        public void Delete(string name)
        {
            link.Begin(Name(name));
            link.Call(FrameType.Delete);
        }

        /// <inheritdoc/>
        public void Replace(string from, string to)
        {
            link.Begin(Name(from));
            link.PutName(Name(to));
            link.Call(FrameType.Replace);
        }

        private static byte[] Name(string name)
        {
            return Encoding.UTF8.GetBytes(name);
        }

        private long LengthOf(byte[] name)
        {
            link.Begin(name);
            link.Call(FrameType.Length);
            if (link.DataBytes != 8)
            {
                throw Odd(link.DataBytes, 8);
            }
            uint low = (uint)LittleEndian.Get(link.Reply, RemoteLink.DataAt);
            return low | ((long)LittleEndian.Get(link.Reply, RemoteLink.DataAt + 4) << 32);
        }

        private static StorageException Odd(int bytes, int expected)
        {
            return new StorageException(
                CardFault.CardError,
                "the host replied " + bytes + " bytes instead of " + expected + "; update 'attune' and this program"
            );
        }

        private sealed class OpenFile : IStorageFile
        {
            private readonly RemoteStorage storage;
            private readonly byte[] name;
            private long position;

            public OpenFile(RemoteStorage storage, byte[] name, long length)
            {
                this.storage = storage;
                this.name = name;
                Length = length;
            }

            public long Length { get; private set; }

            public void Seek(long offset)
            {
                position = offset;
            }

            public void Read(byte[] data, int index, int count)
            {
                RemoteLink link = storage.link;
                for (int done = 0; done < count; )
                {
                    int part = count - done < Block ? count - done : Block;
                    link.Begin(name);
                    link.Put(position);
                    link.Put(part);
                    link.Call(FrameType.Read);
                    if (link.DataBytes != part)
                    {
                        throw Odd(link.DataBytes, part);
                    }
                    Array.Copy(link.Reply, RemoteLink.DataAt, data, index + done, part);
                    done += part;
                    position += part;
                }
            }

            public void Write(byte[] data, int index, int count)
            {
                RemoteLink link = storage.link;
                for (int done = 0; done < count; )
                {
                    int part = count - done < Block ? count - done : Block;
                    link.Begin(name);
                    link.Put(position);
                    link.PutBytes(data, index + done, part);
                    link.Call(FrameType.Write);
                    done += part;
                    position += part;
                    Length = position > Length ? position : Length;
                }
            }

            public void Truncate(long length)
            {
                RemoteLink link = storage.link;
                link.Begin(name);
                link.Put(length);
                link.Call(FrameType.Truncate);
                Length = length;
                position = length;
            }

            public void Dispose() { }
        }
    }
}
