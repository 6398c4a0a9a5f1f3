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
        public bool Available
        {
            get
            {
                try
                {
                    return Directory.Exists(folder);
                }
                catch (Exception)
                {
                    // Without a card some drivers know no such drive.
                    return false;
                }
            }
        }

        /// <inheritdoc/>
        public bool Exists(string name)
        {
            if (File.Exists(Path(name)))
            {
                return true;
            }
            // A file must not pass for missing because the card was pulled.
            if (!Available)
            {
                throw new StorageException(
                    CardFault.CardError,
                    Path(name) + ": the card cannot be reached; check the card"
                );
            }
            return false;
        }

        /// <inheritdoc/>
        public IStorageFile OpenRead(string name)
        {
            if (!Exists(name))
            {
                throw new StorageException(CardFault.CardError, Path(name) + ": there is no such file");
            }
            return new OpenFile(this, name, FileMode.Open, FileAccess.Read);
        }

        /// <inheritdoc/>
        public IStorageFile Create(string name)
        {
            return new OpenFile(this, name, FileMode.Create, FileAccess.Write);
        }

        /// <inheritdoc/>
        public IStorageFile OpenWrite(string name)
        {
            return new OpenFile(this, name, FileMode.OpenOrCreate, FileAccess.ReadWrite);
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
                throw Failed(CardFault.ReadOnlyCard, name, "cannot be removed", error);
            }
        }

        /// <inheritdoc/>
        public void Replace(string from, string to)
        {
            if (!Exists(from))
            {
                throw new StorageException(
                    CardFault.CardError,
                    Path(from) + ": cannot be renamed to " + to + ": there is no such file"
                );
            }
            Delete(to);
            try
            {
                File.Move(Path(from), Path(to));
            }
            catch (Exception error)
            {
                throw Failed(CardFault.ReadOnlyCard, from, "cannot be renamed to " + to, error);
            }
        }

        private string Path(string name)
        {
            return folder + "/" + name;
        }

        /// <summary>
        /// An exception for a failed operation. File systems hardly say why: what an operation fails of on a card that can
        /// still be reached is taken from the kind of operation.
        /// </summary>
        private StorageException Failed(int fault, string name, string problem, Exception error)
        {
            int real = Available ? fault : CardFault.CardError;
            string advice =
                real == CardFault.CardFull ? "; free some space"
                : real == CardFault.ReadOnlyCard ? "; unlock the card"
                : "; check the card";
            // A device's exceptions often have no text.
            bool silent = error.Message == null || error.Message.Length == 0;
            string reason = silent ? "" : ": " + error.Message;
            return new StorageException(real, Path(name) + ": " + problem + reason + advice);
        }

        private sealed class OpenFile : IStorageFile
        {
            private readonly FolderStorage storage;
            private readonly string name;
            private readonly FileStream stream;
            private long room;
            private bool closed;

            public OpenFile(FolderStorage storage, string name, FileMode mode, FileAccess access)
            {
                this.storage = storage;
                this.name = name;
                try
                {
                    stream = new FileStream(storage.Path(name), mode, access);
                }
                catch (Exception error)
                {
                    int fault = access == FileAccess.Read ? CardFault.CardError : CardFault.ReadOnlyCard;
                    throw storage.Failed(fault, name, "cannot be opened", error);
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
                int got = 0;
                while (got < count)
                {
                    int part;
                    try
                    {
                        part = stream.Read(data, index + got, count - got);
                    }
                    catch (Exception error)
                    {
                        throw storage.Failed(CardFault.CardError, name, "cannot be read at byte " + at, error);
                    }
                    if (part <= 0)
                    {
                        throw new StorageException(
                            CardFault.CardError,
                            storage.Path(name)
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

            public void Write(byte[] data, int index, int count)
            {
                try
                {
                    if (Fits(stream.Position + count))
                    {
                        stream.Write(data, index, count);
                        return;
                    }
                }
                catch (Exception error)
                {
                    throw storage.Failed(CardFault.CardFull, name, "cannot be written", error);
                }
                throw new StorageException(
                    CardFault.CardFull,
                    storage.Path(name) + ": cannot be written: the card is full; free some space"
                );
            }

            /// <summary>
            /// Makes the file as long as a write needs it. Returns whether the card has room: on a full one, nanoFramework
            /// waits forever in a write of which nothing fits, while a length that cannot be had just ends shorter.
            /// </summary>
            private bool Fits(long needed)
            {
                room = needed > room ? stream.Length : room;
                if (needed > room)
                {
                    long before = room;
                    stream.SetLength(needed);
                    room = stream.Length;
                    if (needed > room)
                    {
                        stream.SetLength(before);
                        room = before;
                    }
                }
                return needed <= room;
            }

            public void Truncate(long length)
            {
                try
                {
                    // Some drivers go back to where they were, and a file grows with its position.
                    stream.Seek(length, SeekOrigin.Begin);
                    stream.SetLength(length);
                    room = length;
                }
                catch (Exception error)
                {
                    throw storage.Failed(CardFault.ReadOnlyCard, name, "cannot be cut", error);
                }
            }

            public void Dispose()
            {
                if (closed)
                {
                    return;
                }
                closed = true;
                try
                {
                    stream.Flush();
                }
                catch (Exception error)
                {
                    throw storage.Failed(CardFault.CardFull, name, "cannot be written", error);
                }
                finally
                {
                    Close();
                    // On nanoFramework a closed file would stay until its finalizer has run.
                    GC.SuppressFinalize(stream);
                }
            }

            /// <summary>Closes the file; what could not be written has been said when it was flushed.</summary>
            private void Close()
            {
                try
                {
                    stream.Dispose();
                }
                catch (Exception)
                {
                    // It flushes again, with the same error.
                }
            }
        }
    }
}
