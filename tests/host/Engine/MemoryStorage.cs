using System.Text;
using Attune.Storage;

namespace Attune.Tests.Engine;

/// <summary>
/// A card in memory. It can lose power at any operation: every write, and creating, closing, removing and renaming a file,
/// is one. Like a card's file system it replaces a file in two steps.
/// </summary>
internal sealed class MemoryStorage : IStorage
{
    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>Operations so far.</summary>
    public int Operations { get; private set; }

    /// <summary>The operation at which power is lost, counted from 1; 0: never.</summary>
    public int PowerLossAt { get; set; }

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

    public bool Available => true;

    public bool Exists(string name) => Files.ContainsKey(name);

    public IStorageFile OpenRead(string name) =>
        Files.TryGetValue(name, out byte[]? bytes)
            ? new OpenFile(this, name, bytes, 0)
            : throw new StorageException(CardFault.CardError, name + ": there is no such file");

    public IStorageFile Create(string name)
    {
        Operate();
        Files[name] = [];
        return new OpenFile(this, name, [], 0);
    }

    public IStorageFile OpenAppend(string name)
    {
        byte[] bytes = Files.GetValueOrDefault(name, []);
        return new OpenFile(this, name, bytes, bytes.Length);
    }

    public void Delete(string name)
    {
        Operate();
        Files.Remove(name);
    }

    public void Replace(string from, string to)
    {
        Delete(to);
        Operate();
        Files[to] = Files[from];
        Files.Remove(from);
    }

    private void Operate()
    {
        if (++Operations == PowerLossAt)
        {
            throw new PowerLossException();
        }
    }

    private sealed class OpenFile(MemoryStorage storage, string name, byte[] bytes, int position) : IStorageFile
    {
        private byte[] bytes = bytes;
        private int position = position;

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
            bool lost = storage.Operations + 1 == storage.PowerLossAt;
            int kept = lost ? count / 2 : count;
            Array.Resize(ref bytes, Math.Max(bytes.Length, position + kept));
            Array.Copy(data, index, bytes, position, kept);
            position += kept;
            storage.Files[name] = bytes;
            storage.Operate();
        }

        public void Dispose() { }
    }
}

/// <summary>The power is gone.</summary>
internal sealed class PowerLossException : Exception
{
    public PowerLossException() { }

    public PowerLossException(string message)
        : base(message) { }

    public PowerLossException(string message, Exception inner)
        : base(message, inner) { }
}
