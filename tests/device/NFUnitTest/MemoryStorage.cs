using System;
using System.Collections;
using Attune.Numbers;
using Attune.Storage;

namespace Attune.Device.Tests
{
    /// <summary>A card in memory.</summary>
    public sealed class MemoryStorage : IStorage
    {
        private readonly ArrayList files = new ArrayList();

        /// <summary>Whether there is a card.</summary>
        public bool Available
        {
            get { return true; }
        }

        /// <summary>Names of the files.</summary>
        public string[] Names
        {
            get
            {
                string[] names = new string[files.Count];
                for (int i = 0; i < names.Length; i++)
                {
                    names[i] = ((Entry)files[i]).Name;
                }
                return names;
            }
        }

        /// <summary>Puts a file on the card.</summary>
        public void Put(string name, byte[] bytes)
        {
            using (IStorageFile file = Create(name))
            {
                file.Write(bytes, 0, bytes.Length);
            }
        }

        /// <summary>The bytes of a file.</summary>
        public byte[] Bytes(string name)
        {
            using (IStorageFile file = OpenRead(name))
            {
                byte[] bytes = new byte[(int)file.Length];
                file.Read(bytes, 0, bytes.Length);
                return bytes;
            }
        }

        /// <summary>
        /// A checksum of a file. Not CRC-32, which is the same for all files that end in their own CRC-32.
        /// </summary>
        public uint Checksum(string name)
        {
            uint sum = 0;
            foreach (byte value in Bytes(name))
            {
                sum = SeedSequence.Mix(sum ^ value) + 1;
            }
            return sum;
        }

        /// <summary>Flips a bit of a file.</summary>
        public void Damage(string name, int at)
        {
            Find(name).Data[at] ^= 1;
        }

        /// <inheritdoc/>
        public bool Exists(string name)
        {
            return Find(name) != null;
        }

        /// <inheritdoc/>
        public IStorageFile OpenRead(string name)
        {
            Entry entry = Find(name);
            if (entry == null)
            {
                throw new StorageException(CardFault.CardError, name + ": there is no such file");
            }
            return new OpenFile(entry);
        }

        /// <inheritdoc/>
        public IStorageFile Create(string name)
        {
            IStorageFile file = OpenWrite(name);
            file.Truncate(0);
            return file;
        }

        /// <inheritdoc/>
        public IStorageFile OpenWrite(string name)
        {
            if (!Exists(name))
            {
                files.Add(new Entry(name));
            }
            return OpenRead(name);
        }

        /// <inheritdoc/>
        public void Delete(string name)
        {
            for (int i = 0; i < files.Count; i++)
            {
                if (((Entry)files[i]).Name == name)
                {
                    files.RemoveAt(i);
                    return;
                }
            }
        }

        /// <inheritdoc/>
        public void Replace(string from, string to)
        {
            Delete(to);
            Find(from).Name = to;
        }

        private Entry Find(string name)
        {
            for (int i = 0; i < files.Count; i++)
            {
                Entry entry = (Entry)files[i];
                if (entry.Name == name)
                {
                    return entry;
                }
            }
            return null;
        }

        private sealed class Entry
        {
            public string Name;
            public byte[] Data = new byte[512];
            public int Length;

            public Entry(string name)
            {
                Name = name;
            }
        }

        private sealed class OpenFile : IStorageFile
        {
            private readonly Entry entry;
            private int position;

            public OpenFile(Entry entry)
            {
                this.entry = entry;
            }

            public long Length
            {
                get { return entry.Length; }
            }

            public void Seek(long offset)
            {
                position = (int)offset;
            }

            public void Read(byte[] data, int index, int count)
            {
                if (count > entry.Length - position)
                {
                    throw new StorageException(CardFault.CardError, entry.Name + ": ends at byte " + entry.Length);
                }
                Array.Copy(entry.Data, position, data, index, count);
                position += count;
            }

            public void Write(byte[] data, int index, int count)
            {
                int end = position + count;
                if (end > entry.Data.Length)
                {
                    byte[] larger = new byte[2 * end];
                    Array.Copy(entry.Data, larger, entry.Length);
                    entry.Data = larger;
                }
                Array.Copy(data, index, entry.Data, position, count);
                position = end;
                entry.Length = end > entry.Length ? end : entry.Length;
            }

            public void Truncate(long length)
            {
                entry.Length = (int)length;
                position = entry.Length;
            }

            public void Dispose() { }
        }
    }
}
