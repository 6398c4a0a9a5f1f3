using Attune.Storage;

namespace Attune.Host.Running;

/// <summary>Files of a folder whose names have no case, as on a card.</summary>
/// <param name="folder">The folder's path.</param>
internal sealed class CardStorage(string folder) : IStorage
{
    private readonly FolderStorage files = new(folder);

    /// <inheritdoc/>
    public bool Available => files.Available;

    /// <inheritdoc/>
    public bool Exists(string name) => files.Exists(Actual(name));

    /// <inheritdoc/>
    public IStorageFile OpenRead(string name) => files.OpenRead(Actual(name));

    /// <inheritdoc/>
    public IStorageFile Create(string name) => files.Create(Actual(name));

    /// <inheritdoc/>
    public IStorageFile OpenWrite(string name) => files.OpenWrite(Actual(name));

    /// <inheritdoc/>
    public void Delete(string name) => files.Delete(Actual(name));

    /// <inheritdoc/>
    public void Replace(string from, string to) => files.Replace(Actual(from), Actual(to));

    private string Actual(string name) =>
        File.Exists(Path.Combine(folder, name)) ? name : Path.GetFileName(CardFolder.PathOf(folder, name));
}
