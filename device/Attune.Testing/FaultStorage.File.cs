using System.Collections;
using Attune.Numbers;
using Attune.Storage;

namespace Attune.Testing
{
    /// <content>The files of the card.</content>
    public sealed partial class FaultStorage
    {
        private sealed class FaultFile : IStorageFile
        {
            private readonly FaultStorage storage;
            private readonly IStorageFile file;
            private readonly string name;
            private readonly int generation;
            private long position;

            public FaultFile(FaultStorage storage, IStorageFile file, string name)
            {
                this.storage = storage;
                this.file = file;
                this.name = name;
                generation = storage.generation;
            }

            public long Length
            {
                get
                {
                    RequireAlive();
                    return file.Length;
                }
            }

            public void Seek(long offset)
            {
                RequireAlive();
                file.Seek(offset);
                position = offset;
            }

            public void Read(byte[] data, int index, int count)
            {
                while (count > 0)
                {
                    RequireAlive();
                    int part = PartOf(count);
                    int fault = storage.ReadStep();
                    if (fault == ReadError)
                    {
                        storage.Report = "a read of " + name + " failed at byte " + position;
                        throw new StorageException(
                            CardFault.CardError,
                            name + ": cannot be read at byte " + position + "; check the card"
                        );
                    }
                    file.Read(data, index, part);
                    if (fault == BitFlip)
                    {
                        int bit = storage.Next(8 * part);
                        data[index + bit / 8] ^= (byte)(1 << (bit % 8));
                        storage.Report = "a bit of " + name + " flipped on its way, byte " + (position + bit / 8);
                    }
                    position += part;
                    index += part;
                    count -= part;
                }
            }

            public void Write(byte[] data, int index, int count)
            {
                while (count > 0)
                {
                    RequireAlive();
                    storage.RequireWritable(name);
                    int part = PartOf(count);
                    long length = file.Length;
                    long growth = position + part - length;
                    if (growth > 0 && storage.Free >= 0 && growth > storage.Free)
                    {
                        file.Write(data, index, part - (int)(growth - storage.Free));
                        storage.Free = 0;
                        throw new StorageException(
                            CardFault.CardFull,
                            name + ": cannot be written: the card is full; free some space"
                        );
                    }
                    int inside = growth <= 0 ? part : (int)(part - growth);
                    if (storage.WriteStep())
                    {
                        int kept = storage.Next(part + 1);
                        file.Write(data, index, kept < inside ? kept : inside);
                        throw storage.Cut(Place(kept, part));
                    }
                    if (growth > 0 && storage.WriteStep())
                    {
                        bool sized = storage.Coin();
                        file.Write(data, index, sized ? part : inside);
                        throw storage.Cut(Place(part, part) + (sized ? "" : ", before its size was"));
                    }
                    file.Write(data, index, part);
                    storage.Give(growth > 0 ? -growth : 0);
                    position += part;
                    index += part;
                    count -= part;
                }
            }

            public void Truncate(long length)
            {
                RequireAlive();
                storage.RequireWritable(name);
                long old = file.Length;
                if (old > length)
                {
                    storage.Ruin(storage.Unlink(name), 0);
                    bool freeing = storage.WriteStep();
                    bool sizing = !freeing && storage.WriteStep();
                    if (freeing || sizing)
                    {
                        bool done = storage.Coin();
                        if (done && sizing)
                        {
                            file.Truncate(length);
                        }
                        else if (done || sizing)
                        {
                            storage.Ruin(name, length);
                        }
                        throw storage.Cut("while " + name + " was cut to " + length + " bytes");
                    }
                    storage.Give(old - length);
                }
                file.Truncate(length);
                position = length;
            }

            public void Dispose()
            {
                file.Dispose();
            }

            /// <summary>Bytes up to the end of the sector, at most count.</summary>
            private int PartOf(int count)
            {
                int room = Sector - (int)(position % Sector);
                return count < room ? count : room;
            }

            private string Place(int kept, int part)
            {
                return "in sector "
                    + position / Sector
                    + " of "
                    + name
                    + ", "
                    + kept
                    + " of "
                    + part
                    + " bytes written";
            }

            private void RequireAlive()
            {
                storage.RequireUp();
                if (generation != storage.generation)
                {
                    throw new StorageException(CardFault.CardError, name + ": the card was out meanwhile; start again");
                }
            }
        }
    }
}
