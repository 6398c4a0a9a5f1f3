using System.Text;
using Attune.Kernels;
using Attune.Memory;
using Attune.Model;
using Attune.Numbers;
using Attune.Storage;

namespace Attune.Device.Tests
{
    /// <summary>
    /// A card folder that is small enough for every board: a network of a convolution (8x8x1 to 4x4x4) and a classifier of
    /// three classes, and samples that it can learn. Weights and samples come from a mixing function. Firmware has room for
    /// one open arena, so a test opens one after the other.
    /// </summary>
    public static class TinyCard
    {
        /// <summary>Rows and columns of a sample.</summary>
        public const int Side = 8;

        /// <summary>Channels after the convolution.</summary>
        public const int Channels = 4;

        /// <summary>Classes.</summary>
        public const int Classes = 3;

        /// <summary>Multiplier of every channel, 2^-1 as a 31-bit fraction.</summary>
        public const int Multiplier = 1 << 30;

        /// <summary>Shift of the convolution's channels: M = 2^-1 * 2^-3.</summary>
        public const int ConvolutionShift = -3;

        /// <summary>Shift of the classifier's channels: M = 2^-1 * 2^-4.</summary>
        public const int ClassifierShift = -4;

        /// <summary>Zero point of the network's input.</summary>
        public const int InputZero = -3;

        /// <summary>Zero point of the convolution's output.</summary>
        public const int HiddenZero = 5;

        private const int Records = 2;
        private const int SampleHeader = 512;
        private const int RecordBytes = 4 + Side * Side + 4;

        // float32 bits
        private const int Half = 0x3F000000;
        private const int Sixteenth = 0x3D800000;
        private const int ThirtySecond = 0x3D000000;
        private const int One = 0x3F800000;

        /// <summary>Inputs of the classifier.</summary>
        public static int Hidden
        {
            get { return Side / 2 * (Side / 2) * Channels; }
        }

        /// <summary>A card with training samples, validation samples and a job.</summary>
        public static MemoryStorage Create(string job)
        {
            MemoryStorage card = new MemoryStorage();
            card.Put(CardFiles.Model, Model());
            card.Put(CardFiles.Training, Samples(12, 100));
            card.Put(CardFiles.Validation, Samples(9, 200));
            card.Put(CardFiles.Job, Encoding.UTF8.GetBytes(job));
            return card;
        }

        /// <summary>An arena that holds the model.</summary>
        public static Arena Open(int bytes)
        {
            Arena arena = new Arena(bytes);
            using (IStorageFile file = Create("").OpenRead(CardFiles.Model))
            {
                ModelFile.Load(arena, file);
            }
            return arena;
        }

        /// <summary>A weight of a layer, -7..7.</summary>
        public static int Weight(int layer, int index)
        {
            return Number(layer + 1, index, 15) - 7;
        }

        /// <summary>A bias of a layer, -20..20.</summary>
        public static int Bias(int layer, int channel)
        {
            return Number(layer + 11, channel, 41) - 20;
        }

        /// <summary>An element of a sample: two bright rows at the place of its class, and noise.</summary>
        public static int Element(int seed, int sample, int index)
        {
            int row = index / Side - 1;
            bool bright = row / 2 == sample % Classes && row >= 0;
            return InputZero + (bright ? 40 : 0) + Number(seed + sample, index, 33) - 16;
        }

        /// <summary>A sample file of so many samples whose classes take turns.</summary>
        public static byte[] Samples(int count, int seed)
        {
            byte[] file = new byte[SampleHeader + count * RecordBytes];
            Put(file, 0, 0x31535441);
            Put(file, 4, 1);
            Put(file, 8, count);
            Put(file, 12, Side);
            Put(file, 16, Side);
            Put(file, 20, 1);
            Put(file, 28, Classes);
            Put(file, 32, RecordBytes);
            Put(file, 508, (int)Native.Crc32(file, 0, 508, 0));
            for (int sample = 0; sample < count; sample++)
            {
                int at = SampleHeader + sample * RecordBytes;
                Put(file, at, sample % Classes);
                for (int i = 0; i < Side * Side; i++)
                {
                    file[at + 4 + i] = (byte)Element(seed, sample, i);
                }
                Put(file, at + RecordBytes - 4, (int)Native.Crc32(file, at, RecordBytes - 4, 0));
            }
            return file;
        }

        /// <summary>The model file.</summary>
        public static byte[] Model()
        {
            int at = QuantizedModel.RecordOffset(Records);
            byte[] file = new byte[at + ArrayBytes(9, Channels) + ArrayBytes(Hidden, Classes)];
            Put(file, 0, 0x314D5441);
            Put(file, 4, 1);
            Put(file, 8, file.Length);
            Put(file, 16, Records);
            PutShape(file, 20, Side, 1);
            Put(file, 36, Half);
            Put(file, 40, InputZero);
            Put(file, 44, Records); // output tensor
            Put(file, 48, Records); // class scores
            Put(file, 52, Records - 1); // head
            Put(file, 56, 2); // blocks
            Put(file, 60, 10); // calibration samples
            at = PutConvolution(file, at);
            PutClassifier(file, at);
            Seal(file);
            return file;
        }

        /// <summary>Writes a model file's checksum.</summary>
        public static void Seal(byte[] file)
        {
            Put(file, 12, 0);
            Put(file, 12, (int)Native.Crc32(file, 0, file.Length, 0));
        }

        /// <summary>Writes a little-endian word.</summary>
        public static void Put(byte[] file, int at, int value)
        {
            file[at] = (byte)value;
            file[at + 1] = (byte)(value >> 8);
            file[at + 2] = (byte)(value >> 16);
            file[at + 3] = (byte)(value >> 24);
        }

        private static int PutConvolution(byte[] file, int at)
        {
            Set(file, 0, RecordField.Operator, Operators.Conv2D);
            PutShape(file, FieldAt(0, RecordField.InputN), Side, 1);
            PutShape(file, FieldAt(0, RecordField.OutputN), Side / 2, Channels);
            Set(file, 0, RecordField.KernelH, 3);
            Set(file, 0, RecordField.KernelW, 3);
            Set(file, 0, RecordField.StrideH, 2);
            Set(file, 0, RecordField.StrideW, 2);
            Set(file, 0, RecordField.DilationH, 1);
            Set(file, 0, RecordField.DilationW, 1);
            Set(file, 0, RecordField.PadTop, 1);
            Set(file, 0, RecordField.PadLeft, 1);
            Set(file, 0, RecordField.Groups, 1);
            Set(file, 0, RecordField.InputZero, InputZero);
            Set(file, 0, RecordField.OutputZero, HiddenZero);
            return PutArrays(file, 0, at, 9, Channels, ConvolutionShift, Sixteenth);
        }

        private static void PutClassifier(byte[] file, int at)
        {
            Set(file, 1, RecordField.Operator, Operators.FullyConnected);
            Set(file, 1, RecordField.Input, 1);
            PutShape(file, FieldAt(1, RecordField.InputN), 1, Hidden);
            PutShape(file, FieldAt(1, RecordField.OutputN), 1, Classes);
            Set(file, 1, RecordField.Block, 1);
            Set(file, 1, RecordField.InputZero, HiddenZero);
            PutArrays(file, 1, at, Hidden, Classes, ClassifierShift, ThirtySecond);
        }

        /// <summary>
        /// Writes what layers with weights have in common, and their arrays: weights, biases, multipliers, shifts, scales,
        /// and statistics of mean 0 and variance 1. Returns where the next layer's begin.
        /// </summary>
        private static int PutArrays(byte[] file, int layer, int at, int filter, int channels, int shift, int scale)
        {
            Set(file, layer, RecordField.Input2, -1);
            Set(file, layer, RecordField.ActMin, -128);
            Set(file, layer, RecordField.ActMax, 127);
            Set(file, layer, RecordField.InputScale, Half);
            Set(file, layer, RecordField.OutputScale, Half);
            Set(file, layer, RecordField.Weights, at);
            for (int i = 0; i < filter * channels; i++)
            {
                file[at + i] = (byte)Weight(layer, i);
            }
            int words = at + ((filter * channels + 15) & ~15);
            int[] fields = new int[]
            {
                RecordField.Bias,
                RecordField.Multipliers,
                RecordField.Shifts,
                RecordField.Scales,
                RecordField.Statistics,
            };
            for (int field = 0; field < fields.Length; field++)
            {
                Set(file, layer, fields[field], words + 16 * field);
            }
            for (int channel = 0; channel < channels; channel++)
            {
                int word = words + 4 * channel;
                Put(file, word, Bias(layer, channel));
                Put(file, word + 16, Multiplier);
                Put(file, word + 32, shift);
                Put(file, word + 48, scale);
                Put(file, words + 64 + 4 * (channels + channel), One);
            }
            return at + ArrayBytes(filter, channels);
        }

        /// <summary>Bytes of a layer's arrays, each of at most four words but for weights and statistics.</summary>
        private static int ArrayBytes(int filter, int channels)
        {
            return ((filter * channels + 15) & ~15) + 4 * 16 + 32;
        }

        private static void PutShape(byte[] file, int at, int side, int channels)
        {
            Put(file, at, 1);
            Put(file, at + 4, side);
            Put(file, at + 8, side);
            Put(file, at + 12, channels);
        }

        private static void Set(byte[] file, int layer, int field, int value)
        {
            Put(file, FieldAt(layer, field), value);
        }

        private static int FieldAt(int layer, int field)
        {
            return QuantizedModel.RecordOffset(layer) + 4 * field;
        }

        /// <summary>A number 0..count-1 that depends on two coordinates.</summary>
        private static int Number(int first, int second, int count)
        {
            return (int)(SeedSequence.Mix(SeedSequence.Mix((uint)first) ^ (uint)second) % (uint)count);
        }
    }
}
