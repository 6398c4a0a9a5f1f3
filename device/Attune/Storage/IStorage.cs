namespace Attune.Storage
{
    /// <summary>A folder of files by short name. Errors are <see cref="StorageException"/>.</summary>
    public interface IStorage
    {
        /// <summary>Whether the folder can be reached: false without a card.</summary>
        bool Available { get; }

        /// <summary>Whether a file exists.</summary>
        bool Exists(string name);

        /// <summary>Opens an existing file for reading.</summary>
        IStorageFile OpenRead(string name);

        /// <summary>Creates a file, or empties an existing one, for writing.</summary>
        IStorageFile Create(string name);

        /// <summary>
        /// Opens a file for reading and for writing in place, at its beginning; creates it if there is none.
        /// </summary>
        IStorageFile OpenWrite(string name);

        /// <summary>Removes a file if it exists.</summary>
        void Delete(string name);

        /// <summary>
        /// Gives a file another name; a file that had it is removed first. Power lost meanwhile can leave either file, or
        /// one file under both names.
        /// </summary>
        void Replace(string from, string to);
    }
}
