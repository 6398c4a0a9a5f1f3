using System;
using System.Collections;
using Attune.Storage;

namespace Attune.Device.Tests
{
    /// <summary>A card folder in memory.</summary>
    public class MemoryCard : IStorage
    {
        private readonly ArrayList names = new ArrayList();
        private readonly ArrayList contents = new ArrayList();

        /// <summary>Whether there is a card.</summary>
        public bool Available { get; set; } = true;

        /// <summary>Number of files.</summary>
        public int Count
        {
            get { return names.Count; }
        }

        /// <summary>Name of a file by number.</summary>
        public string NameAt(int number)
        {
            return (string)names[number];
        }

        /// <summary>The bytes of a file, or null.</summary>
        public byte[] Get(string name)
        {
            int at = IndexOf(name);
            return at < 0 ? null : (byte[])contents[at];
        }

        /// <summary>Sets the bytes of a file.</summary>
        public void Put(string name, byte[] bytes)
        {
            Delete(name);
            names.Add(name);
            contents.Add(bytes);
        }

        /// <summary>A card with the same files.</summary>
        public MemoryCard Copy()
        {
            MemoryCard copy = new MemoryCard();
            for (int i = 0; i < names.Count; i++)
            {
                copy.Put(NameAt(i), Resized((byte[])contents[i], ((byte[])contents[i]).Length));
            }
            return copy;
        }

        /// <summary>Bytes cut, or continued with zeros, to a length.</summary>
        public static byte[] Resized(byte[] bytes, int length)
        {
            byte[] result = new byte[length];
            Array.Copy(bytes, result, bytes.Length < length ? bytes.Length : length);
            return result;
        }

        /// <summary>Whether two arrays are equal; either may be null.</summary>
        public static bool AreEqual(byte[] one, byte[] other)
        {
            bool equal = (one == null) == (other == null) && (one == null || one.Length == other.Length);
            for (int i = 0; equal && one != null && i < one.Length; i++)
            {
                equal = one[i] == other[i];
            }
            return equal;
        }

        public bool Exists(string name)
        {
            return IndexOf(name) >= 0;
        }

        public IStorageFile OpenRead(string name)
        {
            if (!Exists(name))
            {
                throw new StorageException(CardFault.CardError, name + ": there is no such file");
            }
            return new MemoryFile(this, name);
        }

        public IStorageFile Create(string name)
        {
            Put(name, new byte[0]);
            return new MemoryFile(this, name);
        }

        public IStorageFile OpenWrite(string name)
        {
            return Exists(name) ? OpenRead(name) : Create(name);
        }

        public void Delete(string name)
        {
            int at = IndexOf(name);
            if (at >= 0)
            {
                names.RemoveAt(at);
                contents.RemoveAt(at);
            }
        }

        public void Replace(string from, string to)
        {
            byte[] bytes = Get(from);
            Delete(from);
            Put(to, bytes);
        }

        private int IndexOf(string name)
        {
            for (int i = 0; i < names.Count; i++)
            {
                if ((string)names[i] == name)
                {
                    return i;
                }
            }
            return -1;
        }

        private sealed class MemoryFile : IStorageFile
        {
            private readonly MemoryCard card;
            private readonly string name;
            private int position;

            public MemoryFile(MemoryCard card, string name)
            {
                this.card = card;
                this.name = name;
            }

            public long Length
            {
                get { return card.Get(name).Length; }
            }

            public void Seek(long offset)
            {
                position = (int)offset;
            }

            public void Read(byte[] data, int index, int count)
            {
                byte[] bytes = card.Get(name);
                if (position + count > bytes.Length)
                {
                    throw new StorageException(CardFault.CardError, name + ": ends at byte " + bytes.Length);
                }
                Array.Copy(bytes, position, data, index, count);
                position += count;
            }

            public void Write(byte[] data, int index, int count)
            {
                byte[] bytes = card.Get(name);
                if (position + count > bytes.Length)
                {
                    bytes = Resized(bytes, position + count);
                    card.Put(name, bytes);
                }
                Array.Copy(data, index, bytes, position, count);
                position += count;
            }

            public void Truncate(long length)
            {
                card.Put(name, Resized(card.Get(name), (int)length));
                position = (int)length;
            }

            public void Dispose() { }
        }
    }
}
