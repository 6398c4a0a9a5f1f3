using System;
using Attune.Kernels;

namespace Attune.Memory
{
    /// <summary>
    /// The native memory of one open model: a block of RAM of a fixed budget and, beside it, the read-only model. Both
    /// are addressed by byte offsets.
    /// </summary>
    public sealed class Arena : IDisposable
    {
        private static readonly string ReadingMark = "reading the high-water mark";
        private static readonly string LoadingModel = "loading the model";
        private static readonly string AskingForModel = "asking for the model";
        private static readonly string Writing = "writing to the arena";
        private static readonly string Reading = "reading the arena";
        private static readonly string Filling = "filling the arena";
        private static readonly string Flipping = "turning unsigned values into signed ones";
        private static readonly string ReadingModel = "reading the model";
        private static readonly string CopyingFromModel = "copying from the model to the arena";
        private readonly byte[] word = new byte[4];
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
            OpenModel(file.Length);
            WriteModel(0, file, 0, file.Length);
        }

        /// <summary>Takes memory for a model; <see cref="WriteModel"/> then fills it.</summary>
        public void OpenModel(int bytes)
        {
            KernelException.Check(Native.ModelOpen(handle, bytes), "opening a model of " + bytes + " bytes");
        }

        /// <summary>Copies bytes into the model.</summary>
        public void WriteModel(int offset, byte[] data, int index, int count)
        {
            CheckRange(data.Length, index, count);
            KernelException.Check(Native.ModelWrite(handle, offset, data, index, count), LoadingModel);
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

        /// <summary>A float32 of the arena; offset in bytes.</summary>
        public float ReadSingle(int offset)
        {
            Read(offset, word, 0, 4);
            return BitConverter.ToSingle(word, 0);
        }

        /// <summary>Writes a float32 of the arena; offset in bytes.</summary>
        public void WriteSingle(int offset, float value)
        {
            Write(offset, BitConverter.GetBytes(value), 0, 4);
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
