using System;
using System.IO;

namespace Attune.Storage
{
    /// <summary>Files of a folder, on a desktop's disk or on an SD card.</summary>
    public sealed class FolderStorage : IStorage
    {
        private readonly string folder;

        /// <summary>The folder's path, without a separator at its end.</summary>
        public FolderStorage(string folder)
        {
            this.folder = folder;
        }

        /// <inheritdoc/>
        public bool Exists(string name)
        {
            return File.Exists(Path(name));
        }

        /// <inheritdoc/>
        public IStorageFile OpenRead(string name)
        {
            if (!Exists(name))
            {
                throw new StorageException(Path(name) + ": there is no such file");
            }
            return new OpenFile(Path(name), FileMode.Open, FileAccess.Read);
        }

        /// <inheritdoc/>
        public IStorageFile Create(string name)
        {
            return new OpenFile(Path(name), FileMode.Create, FileAccess.Write);
        }

        /// <inheritdoc/>
        public IStorageFile OpenAppend(string name)
        {
            OpenFile file = new OpenFile(Path(name), FileMode.OpenOrCreate, FileAccess.Write);
            file.Seek(file.Length);
            return file;
        }

        /// <inheritdoc/>
        public void Delete(string name)
        {
            try
            {
                if (Exists(name))
                {
                    File.Delete(Path(name));
                }
            }
            catch (Exception error)
            {
                throw new StorageException(Path(name) + ": cannot be removed: " + error.Message);
            }
        }

        /// <inheritdoc/>
        public void Replace(string from, string to)
        {
            if (!Exists(from))
            {
                throw new StorageException(Path(from) + ": cannot be renamed to " + to + ": there is no such file");
            }
            Delete(to);
            try
            {
                File.Move(Path(from), Path(to));
            }
            catch (Exception error)
            {
                throw new StorageException(Path(from) + ": cannot be renamed to " + to + ": " + error.Message);
            }
        }

        private string Path(string name)
        {
            return folder + "/" + name;
        }

        private sealed class OpenFile : IStorageFile
        {
            private readonly string path;
            private readonly FileStream stream;

            public OpenFile(string path, FileMode mode, FileAccess access)
            {
                this.path = path;
                try
                {
                    stream = new FileStream(path, mode, access);
                }
                catch (Exception error)
                {
                    throw new StorageException(path + ": cannot be opened: " + error.Message);
                }
            }

            public long Length
            {
                get { return stream.Length; }
            }

            public void Seek(long offset)
            {
                stream.Seek(offset, SeekOrigin.Begin);
            }

            public void Read(byte[] data, int index, int count)
            {
                long at = stream.Position;
                try
                {
                    int got = 0;
                    while (got < count)
                    {
                        int part = stream.Read(data, index + got, count - got);
                        if (part <= 0)
                        {
                            throw new StorageException(
                                path
                                    + ": ends at byte "
                                    + stream.Length
                                    + ", needed up to "
                                    + (at + count)
                                    + "; copy it again"
                            );
                        }
                        got += part;
                    }
                }
                catch (IOException error)
                {
                    throw new StorageException(path + ": cannot be read at byte " + at + ": " + error.Message);
                }
            }

            public void Write(byte[] data, int index, int count)
            {
                try
                {
                    stream.Write(data, index, count);
                }
                catch (IOException error)
                {
                    throw new StorageException(path + ": cannot be written: " + error.Message + "; free some space");
                }
            }

            public void Dispose()
            {
                try
                {
                    stream.Flush();
                }
                catch (IOException error)
                {
                    throw new StorageException(path + ": cannot be written: " + error.Message + "; free some space");
                }
                finally
                {
                    stream.Dispose();
                }
            }
        }
    }
}
