using Attune.Storage;
using Attune.Tests.Engine;
using Attune.Tests.Remote;

namespace Attune.Tests.Supervision;

/// <summary>A card that a program reads and changes no more once it has died, or been reset from outside.</summary>
internal sealed class DeadlyStorage(MemoryStorage inner, FakeBackup backup) : IStorage
{
    /// <summary>Reads before the device is reset from outside; -1: it is not.</summary>
    public int ReadsLeft { get; set; } = -1;

    public bool Available => inner.Available;

    public bool Exists(string name) => Live().Exists(name);

    public IStorageFile OpenRead(string name) => new OpenFile(this, Live().OpenRead(name));

    public IStorageFile Create(string name) => new OpenFile(this, Live().Create(name));

    public IStorageFile OpenWrite(string name) => new OpenFile(this, Live().OpenWrite(name));

    public void Delete(string name) => Live().Delete(name);

    public void Replace(string from, string to) => Live().Replace(from, to);

    private MemoryStorage Live() => backup.Dead ? throw new DeviceResetException() : inner;

    private void Die()
    {
        backup.Dead = true;
        throw new DeviceResetException();
    }

    private sealed class OpenFile(DeadlyStorage storage, IStorageFile file) : IStorageFile
    {
        public long Length => file.Length;

        public void Seek(long offset) => file.Seek(offset);

        public void Read(byte[] data, int index, int count)
        {
            storage.Live();
            if (storage.ReadsLeft >= 0 && storage.ReadsLeft-- == 0)
            {
                storage.Die();
            }
            file.Read(data, index, count);
        }

        public void Write(byte[] data, int index, int count)
        {
            storage.Live();
            file.Write(data, index, count);
        }

        public void Truncate(long length)
        {
            storage.Live();
            file.Truncate(length);
        }

        public void Dispose() => file.Dispose();
    }
}
