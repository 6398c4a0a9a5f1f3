using System.Text;
using Attune.Storage;

namespace Attune.Tests.Engine;

/// <summary>A card in memory.</summary>
internal sealed class MemoryStorage : IStorage
{
    public Dictionary<string, byte[]> Files { get; } = [];

    public bool Available => true;

    public string Text(string name) => Encoding.UTF8.GetString(Files[name]);

    public MemoryStorage Copy()
    {
        var copy = new MemoryStorage();
        foreach (var (name, bytes) in Files)
        {
            copy.Files[name] = [.. bytes];
        }
        return copy;
    }

    public bool Exists(string name) => Files.ContainsKey(name);

    public IStorageFile OpenRead(string name) =>
        Files.TryGetValue(name, out byte[]? bytes)
            ? new OpenFile(this, name, bytes)
            : throw new StorageException(CardFault.CardError, name + ": there is no such file");

    public IStorageFile Create(string name)
    {
        Files[name] = [];
        return OpenRead(name);
    }

    public IStorageFile OpenWrite(string name) => Exists(name) ? OpenRead(name) : Create(name);

    public void Delete(string name) => Files.Remove(name);

    public void Replace(string from, string to)
    {
        Files[to] = Files[from];
        Files.Remove(from);
    }

    private sealed class OpenFile(MemoryStorage storage, string name, byte[] bytes) : IStorageFile
    {
        private byte[] bytes = bytes;
        private int position;

        public long Length => bytes.Length;

        public void Seek(long offset) => position = (int)offset;

        public void Read(byte[] data, int index, int count)
        {
            if (position + count > bytes.Length)
            {
                throw new StorageException(CardFault.CardError, $"{name}: ends at byte {bytes.Length}");
            }
            Array.Copy(bytes, position, data, index, count);
            position += count;
        }

        public void Write(byte[] data, int index, int count)
        {
            Keep(Math.Max(bytes.Length, position + count));
            Array.Copy(data, index, bytes, position, count);
            position += count;
        }

        public void Truncate(long length)
        {
            Keep((int)length);
            position = (int)length;
        }

        public void Dispose() { }

        private void Keep(int length)
        {
            Array.Resize(ref bytes, length);
            storage.Files[name] = bytes;
        }
    }
}
