using Attune.Execution;
using Attune.Storage;

namespace Attune.Host.Bench;

/// <summary>A folder of one file in memory, for the engine to write an adapted model to.</summary>
internal sealed class ModelCapture : IStorage
{
    private const string Name = "model";
    private readonly Dictionary<string, MemoryStream> files = [];

    public bool Available => true;

    /// <summary>The network as it is now, as the bytes of an .atm model.</summary>
    public static byte[] Of(Network network)
    {
        var capture = new ModelCapture();
        AdaptedModel.Write(network, capture, Name);
        return capture.files[Name].ToArray();
    }

    public bool Exists(string name) => files.ContainsKey(name);

    public IStorageFile OpenRead(string name) => new CapturedFile(files[name]);

    public IStorageFile Create(string name) => new CapturedFile(files[name] = new MemoryStream());

    public IStorageFile OpenWrite(string name) => Exists(name) ? OpenRead(name) : Create(name);

    public void Delete(string name) => files.Remove(name);

    public void Replace(string from, string to)
    {
        files[to] = files[from];
        files.Remove(from);
    }

    private sealed class CapturedFile(MemoryStream stream) : IStorageFile
    {
        public long Length => stream.Length;

        public void Seek(long offset) => stream.Position = offset;

        public void Read(byte[] data, int index, int count) => stream.ReadExactly(data, index, count);

        public void Write(byte[] data, int index, int count) => stream.Write(data, index, count);

        public void Truncate(long length) => stream.SetLength(length);

        public void Dispose() { }
    }
}
