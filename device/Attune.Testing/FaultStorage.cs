using System;
using System.Collections;
using Attune.Numbers;
using Attune.Storage;

namespace Attune.Testing
{
    /// <summary>
    /// A storage with faults, for tests and demonstrations: power is lost or the card pulled at any step, sectors are torn,
    /// bits flip, reads fail, the card is full or locked. Everything random comes from a seed.
    /// </summary>
    /// <remarks>
    /// It behaves as FAT does under a driver that syncs every sector (FatFs on nanoFramework). A write goes sector by sector:
    /// first the sector, which a cut leaves half old and half new, then, if the file grew, its size in the directory entry,
    /// which a cut leaves old. Emptying or cutting a file frees its clusters before its size changes: between, its end is
    /// garbage. A new name is entered before the old one is removed: between, one chain of clusters has two names, and
    /// removing or emptying either ruins the other.
    /// </remarks>
    public sealed partial class FaultStorage : IStorage
    {
        /// <summary>Power is lost: every further call throws <see cref="PowerLossException"/>. Comes at a write step.</summary>
        public const int PowerLoss = 1;

        /// <summary>The card is pulled: every further call fails. Comes at a write step.</summary>
        public const int Removal = 2;

        /// <summary>One read fails. Comes at a read.</summary>
        public const int ReadError = 3;

        /// <summary>One bit of one read is wrong. Comes at a read.</summary>
        public const int BitFlip = 4;

        private const int Sector = 512;
        private readonly IStorage inner;
        private readonly ArrayList linked = new ArrayList();
        private uint random;
        private int armed;
        private int countdown;
        private int down;
        private int generation;

        /// <summary>A storage that has no fault yet.</summary>
        /// <param name="inner">Holds the files.</param>
        /// <param name="seed">Of what a fault leaves behind.</param>
        public FaultStorage(IStorage inner, uint seed)
        {
            this.inner = inner;
            random = SeedSequence.Mix(seed);
        }

        /// <summary>Steps of writing so far: sectors, directory entries, cluster chains.</summary>
        public int WriteSteps { get; private set; }

        /// <summary>Reads so far, of at most a sector each.</summary>
        public int ReadSteps { get; private set; }

        /// <summary>Whether the card is locked: nothing can be written.</summary>
        public bool ReadOnly { get; set; }

        /// <summary>Bytes by which files can still grow; -1: no limit.</summary>
        public long Free { get; set; } = -1;

        /// <summary>What the last fault did, or null.</summary>
        public string Report { get; private set; }

        /// <summary>Whether power is off or the card out.</summary>
        public bool IsDown
        {
            get { return down != 0; }
        }

        /// <inheritdoc/>
        public bool Available
        {
            get { return down != Removal && inner.Available; }
        }

        /// <summary>Lets a fault come.</summary>
        /// <param name="fault">One of the constants; another call replaces it.</param>
        /// <param name="steps">At which step of its kind from now on, counted from 1.</param>
        public void Arm(int fault, int steps)
        {
            armed = fault;
            countdown = steps;
        }

        /// <summary>Power is back or the card in again. Files that were open stay dead; no fault is armed.</summary>
        public void Restart()
        {
            down = 0;
            armed = 0;
            generation++;
        }

        /// <summary>Flips a bit of a file at rest.</summary>
        public void Damage(string name, long offset, int bit)
        {
            byte[] one = new byte[1];
            using (IStorageFile file = inner.OpenWrite(name))
            {
                file.Seek(offset);
                file.Read(one, 0, 1);
                one[0] ^= (byte)(1 << bit);
                file.Seek(offset);
                file.Write(one, 0, 1);
            }
        }

        /// <inheritdoc/>
        public bool Exists(string name)
        {
            RequireUp();
            return inner.Exists(name);
        }

        /// <inheritdoc/>
        public IStorageFile OpenRead(string name)
        {
            RequireUp();
            return new FaultFile(this, inner.OpenRead(name), name);
        }

        /// <inheritdoc/>
        public IStorageFile Create(string name)
        {
            IStorageFile file = OpenWrite(name);
            try
            {
                file.Truncate(0);
            }
            catch (Exception error)
            {
                file.Dispose();
                throw error;
            }
            return file;
        }

        /// <inheritdoc/>
        public IStorageFile OpenWrite(string name)
        {
            RequireWritable(name);
            bool exists = inner.Exists(name);
            bool cut = !exists && WriteStep();
            if (!cut || Coin())
            {
                IStorageFile file = inner.OpenWrite(name);
                if (!cut)
                {
                    return new FaultFile(this, file, name);
                }
                file.Dispose();
            }
            throw Cut("while " + name + " was created");
        }

        /// <inheritdoc/>
        public void Delete(string name)
        {
            RequireUp();
            if (!inner.Exists(name))
            {
                return;
            }
            RequireWritable(name);
            bool cut = WriteStep();
            if (!cut || Coin())
            {
                Ruin(Unlink(name), 0);
                Give(LengthOf(name));
                inner.Delete(name);
            }
            if (cut)
            {
                throw Cut("while " + name + " was removed");
            }
        }

        /// <inheritdoc/>
        public void Replace(string from, string to)
        {
            RequireWritable(to);
            if (inner.Exists(from))
            {
                Delete(to);
                bool entered = WriteStep();
                bool removed = !entered && WriteStep();
                if (entered || removed)
                {
                    // Cut before or after the new name was on the card, or before the old one was off it.
                    bool both = Coin();
                    if (both)
                    {
                        Link(from, to);
                    }
                    else if (removed)
                    {
                        inner.Replace(from, to);
                    }
                    throw Cut("while " + from + " was renamed to " + to);
                }
            }
            inner.Replace(from, to);
        }

        private void RequireUp()
        {
            if (down == PowerLoss)
            {
                throw new PowerLossException("the power is off");
            }
            if (down == Removal)
            {
                throw new StorageException(CardFault.CardError, "the card is out; check the card");
            }
        }

        private void RequireWritable(string name)
        {
            RequireUp();
            if (ReadOnly)
            {
                throw new StorageException(
                    CardFault.ReadOnlyCard,
                    name + ": cannot be written: the card is locked; unlock the card"
                );
            }
        }

        /// <summary>Counts a step of writing. Returns whether power or card goes in it.</summary>
        private bool WriteStep()
        {
            WriteSteps++;
            return (armed == PowerLoss || armed == Removal) && --countdown == 0;
        }

        /// <summary>Counts a read. Returns the fault that comes in it, or 0.</summary>
        private int ReadStep()
        {
            ReadSteps++;
            if ((armed != ReadError && armed != BitFlip) || --countdown != 0)
            {
                return 0;
            }
            int fault = armed;
            armed = 0;
            return fault;
        }

        private Exception Cut(string when)
        {
            down = armed;
            armed = 0;
            Report = (down == PowerLoss ? "power lost " : "card pulled ") + when;
            return down == PowerLoss
                ? (Exception)new PowerLossException(Report)
                : new StorageException(CardFault.CardError, Report + "; check the card");
        }

        /// <summary>The next random number, 0..count-1.</summary>
        private int Next(int count)
        {
            random++;
            return (int)(SeedSequence.Mix(random) % (uint)count);
        }

        private bool Coin()
        {
            return Next(2) == 0;
        }

        private void Give(long bytes)
        {
            Free = Free < 0 ? Free : Free + bytes;
        }

        private long LengthOf(string name)
        {
            using (IStorageFile file = inner.OpenRead(name))
            {
                return file.Length;
            }
        }

        /// <summary>One chain of clusters under two names.</summary>
        private void Link(string from, string to)
        {
            byte[] part = new byte[Sector];
            using (IStorageFile source = inner.OpenRead(from))
            using (IStorageFile target = inner.Create(to))
            {
                for (long at = 0; at < source.Length; at += Sector)
                {
                    int count = source.Length - at < Sector ? (int)(source.Length - at) : Sector;
                    source.Read(part, 0, count);
                    target.Write(part, 0, count);
                }
            }
            linked.Add(from);
            linked.Add(to);
        }

        /// <summary>Forgets a file's link. Returns the other name, or null.</summary>
        private string Unlink(string name)
        {
            for (int i = 0; i < linked.Count; i++)
            {
                if ((string)linked[i] == name)
                {
                    string other = (string)linked[i ^ 1];
                    linked.RemoveAt(i & ~1);
                    linked.RemoveAt(i & ~1);
                    return other;
                }
            }
            return null;
        }

        /// <summary>Fills a file with garbage from a byte on, if there is a name.</summary>
        private void Ruin(string name, long from)
        {
            if (name == null)
            {
                return;
            }
            byte[] part = new byte[Sector];
            using (IStorageFile file = inner.OpenWrite(name))
            {
                file.Seek(from);
                for (long at = from; at < file.Length; at += Sector)
                {
                    for (int i = 0; i < Sector; i++)
                    {
                        part[i] = (byte)Next(256);
                    }
                    file.Write(part, 0, file.Length - at < Sector ? (int)(file.Length - at) : Sector);
                }
            }
        }
    }
}
