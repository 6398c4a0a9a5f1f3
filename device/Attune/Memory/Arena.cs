using System;
using Attune.Kernels;
using Attune.Model;
using Attune.Storage;

namespace Attune.Memory
{
    /// <summary>
    /// The native memory of one open model: a block of RAM of a fixed budget and, beside it, the read-only model. Both
    /// are addressed by byte offsets.
    /// </summary>
    public sealed class Arena : IDisposable
    {
        private static readonly string ReadingMark = "reading the high-water mark";
        private static readonly string AskingForModel = "asking for the model";
        private static readonly string Writing = "writing to the arena";
        private static readonly string Reading = "reading the arena";
        private static readonly string Filling = "filling the arena";
        private static readonly string Flipping = "turning unsigned values into signed ones";
        private static readonly string ReadingModel = "reading the model";
        private static readonly string CopyingFromModel = "copying from the model to the arena";
        private int handle;

        /// <summary>Opens a zeroed arena.</summary>
        /// <param name="bytes">Size, 1..2^30.</param>
        /// <exception cref="KernelException">No memory or no free handle.</exception>
        public Arena(int bytes)
        {
            handle = KernelException.Check(Native.ArenaOpen(bytes), "opening an arena of " + bytes + " bytes");
            Size = bytes;
        }

        /// <summary>The number that kernel calls take.</summary>
        public int Handle
        {
            get { return handle; }
        }

        /// <summary>Bytes of RAM.</summary>
        public int Size { get; private set; }

        /// <summary>Highest byte touched by any call, plus one.</summary>
        public int HighWater
        {
            get { return KernelException.Check(Native.ArenaHighWater(handle), ReadingMark); }
        }

        /// <summary>Size of the open model.</summary>
        public int ModelSize
        {
            get { return KernelException.Check(Native.ModelSize(handle), AskingForModel); }
        }

        /// <summary>Copies a whole model file into the region that stands for flash.</summary>
        public void LoadModel(byte[] file)
        {
            KernelException.Check(
                Native.ModelOpen(handle, file.Length),
                "opening a model of " + file.Length + " bytes"
            );
            KernelException.Check(Native.ModelWrite(handle, 0, file, 0, file.Length), "loading the model");
        }

        /// <summary>
        /// Copies an open model file into the region that stands for flash, 512 bytes at a time. Its size is checked before
        /// memory is taken, its checksum by <see cref="QuantizedModel"/> over what has arrived.
        /// </summary>
        /// <exception cref="ModelException">The file's size is not a model's, or not what its header says.</exception>
        /// <exception cref="KernelException">There is no memory for it.</exception>
        public void LoadModel(IStorageFile file)
        {
            byte[] page = new byte[512];
            long length = file.Length;
            if (length < QuantizedModel.HeaderBytes || length > 1 << 30)
            {
                throw new ModelException("has " + length + " bytes, which is no model's size; copy it again");
            }
            int size = (int)length;
            for (int at = 0; at < size; at += page.Length)
            {
                int count = size - at < page.Length ? size - at : page.Length;
                file.Read(page, 0, count);
                if (at == 0)
                {
                    QuantizedModel.CheckStart(page, size);
                    KernelException.Check(Native.ModelOpen(handle, size), "opening a model of " + size + " bytes");
                }
                KernelException.Check(Native.ModelWrite(handle, at, page, 0, count), "loading the model");
            }
        }

        /// <summary>
        /// Opens the model that stands in the flash region of this firmware, where it is. Returns whether there is one.
        /// </summary>
        public bool MapModel()
        {
            return Native.ModelMap(handle) >= 0;
        }

        /// <summary>Copies bytes into the arena.</summary>
        public void Write(int offset, byte[] data, int index, int count)
        {
            CheckRange(data.Length, index, count);
            KernelException.Check(Native.ArenaWrite(handle, offset, data, index, count), Writing);
        }

        /// <summary>Copies bytes out of the arena.</summary>
        public void Read(int offset, byte[] data, int index, int count)
        {
            CheckRange(data.Length, index, count);
            KernelException.Check(Native.ArenaRead(handle, offset, data, index, count), Reading);
        }

        /// <summary>Copies 32-bit words into the arena; offset in bytes, the rest in words.</summary>
        public void WriteWords(int offset, int[] data, int index, int count)
        {
            CheckRange(data.Length, index, count);
            KernelException.Check(Native.ArenaWriteWords(handle, offset, data, index, count), Writing);
        }

        /// <summary>Copies 32-bit words out of the arena; offset in bytes, the rest in words.</summary>
        public void ReadWords(int offset, int[] data, int index, int count)
        {
            CheckRange(data.Length, index, count);
            KernelException.Check(Native.ArenaReadWords(handle, offset, data, index, count), Reading);
        }

        /// <summary>Sets bytes of the arena to one value.</summary>
        public void Fill(int offset, int count, int value)
        {
            KernelException.Check(Native.ArenaFill(handle, offset, count, value), Filling);
        }

        /// <summary>Makes unsigned bytes signed: each becomes 128 lower.</summary>
        public void FlipSigns(int offset, int count)
        {
            KernelException.Check(Native.ArenaFlip(handle, offset, count), Flipping);
        }

        /// <summary>Copies bytes of the model.</summary>
        public void ReadModel(int offset, byte[] data, int index, int count)
        {
            CheckRange(data.Length, index, count);
            KernelException.Check(Native.ModelRead(handle, offset, data, index, count), ReadingModel);
        }

        /// <summary>Copies 32-bit words of the model; offset in bytes, the rest in words.</summary>
        public void ReadModelWords(int offset, int[] data, int index, int count)
        {
            CheckRange(data.Length, index, count);
            KernelException.Check(Native.ModelReadWords(handle, offset, data, index, count), ReadingModel);
        }

        /// <summary>Copies bytes of the model into the arena.</summary>
        public void CopyFromModel(int modelOffset, int arenaOffset, int count)
        {
            KernelException.Check(Native.ModelToArena(handle, modelOffset, arenaOffset, count), CopyingFromModel);
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            if (handle >= 0)
            {
                int closing = handle;
                handle = -1;
                KernelException.Check(Native.ArenaClose(closing), "closing the arena");
            }
        }

        private static void CheckRange(int length, int index, int count)
        {
            if (index < 0 || count < 0 || index > length - count)
            {
                throw new ArgumentException("range " + index + "+" + count + " of an array of " + length);
            }
        }
    }
}
