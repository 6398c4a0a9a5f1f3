using System;
using Attune.Kernels;
using Attune.Memory;
using Attune.Numbers;

namespace Attune.Model
{
    /// <summary>
    /// A checked view of the .atm model that an arena holds (docs/FORMATS.md): header fields, layer records and tensor
    /// shapes. Layers and tensors are numbered; layer i writes tensor i + 1, tensor 0 is the network's input.
    /// </summary>
    public sealed class QuantizedModel
    {
        /// <summary>Bytes before the first record.</summary>
        public const int HeaderBytes = 4 * HeaderField.HeaderWords;

        /// <summary>Largest number of values in a patch of an input filter.</summary>
        public const int PatchElements = 147;

        /// <summary>Bytes of a record.</summary>
        public const int RecordBytes = RecordField.RecordWords * 4;

        private readonly Arena arena;
        private readonly int[] header = new int[HeaderBytes / 4];
        private readonly int[] record = new int[RecordField.RecordWords];
        private readonly byte[] word = new byte[4];
        private int recordAt = -1;
        private LayerChains narrowest;

        /// <summary>Checks the model that the arena holds.</summary>
        /// <exception cref="ModelException">It is no sound model; the message names the field or layer.</exception>
        public QuantizedModel(Arena arena)
        {
            this.arena = arena;
            int size = arena.ModelSize;
            if (size < HeaderBytes)
            {
                throw new ModelException("the model ends after " + size + " bytes, before its header; copy it again");
            }
            arena.ReadModelWords(0, header, 0, header.Length);
            CheckStart(header[HeaderField.Magic], header[HeaderField.Version], header[HeaderField.FileBytes], size);
            CheckUnchanged();
            InputFilter = new ModelCheck(arena, this).Check(size);
        }

        /// <summary>Takes the model's checksum, from where kernels read it.</summary>
        /// <exception cref="ModelException">It is not the header's: file or memory is damaged.</exception>
        public void CheckUnchanged()
        {
            if (Checksum() != (uint)header[HeaderField.Checksum])
            {
                throw new ModelException("byte 12: checksum differs, the model is damaged; copy it again");
            }
        }

        /// <summary>Checks magic, version and size in the first bytes of a model file.</summary>
        /// <exception cref="ModelException">Names the byte and what is wrong.</exception>
        public static void CheckStart(byte[] start, int size)
        {
            CheckStart(LittleEndian.Get(start, 0), LittleEndian.Get(start, 4), LittleEndian.Get(start, 8), size);
        }

        /// <summary>Number of layer records.</summary>
        public int LayerCount
        {
            get { return header[HeaderField.LayerCount]; }
        }

        /// <summary>Number of tensors: one more than layers.</summary>
        public int TensorCount
        {
            get { return header[HeaderField.LayerCount] + 1; }
        }

        /// <summary>Scale of the network's input.</summary>
        public float InputScale
        {
            get { return ToSingle(header[HeaderField.InputScale]); }
        }

        /// <summary>Zero point of the network's input.</summary>
        public int InputZero
        {
            get { return header[HeaderField.InputZero]; }
        }

        /// <summary>The tensor that inference returns.</summary>
        public int OutputTensor
        {
            get { return header[HeaderField.OutputTensor]; }
        }

        /// <summary>The tensor of class scores, or -1.</summary>
        public int LogitsTensor
        {
            get { return header[HeaderField.LogitsTensor]; }
        }

        /// <summary>The layer whose accumulators are the class scores, or -1.</summary>
        public int Head
        {
            get { return header[HeaderField.Head]; }
        }

        /// <summary>What the outputs are, one of <see cref="Attune.Model.OutputKind"/>.</summary>
        public int OutputKind
        {
            get { return header[HeaderField.OutputKind]; }
        }

        /// <summary>Number of classes: of scores, 2 if there is a single one; 0 if the outputs are no classes.</summary>
        public int ClassCount
        {
            get
            {
                int scores = LogitsTensor < 0 ? 0 : TensorBytes(LogitsTensor);
                return scores == 1 ? 2 : scores;
            }
        }

        /// <summary>CRC-32 of the names of the classes; 0: the model has none.</summary>
        public uint ClassNamesChecksum
        {
            get { return (uint)header[HeaderField.ClassNamesChecksum]; }
        }

        /// <summary>The last layer that the loss needs: the head, or the layer that writes the class scores.</summary>
        public int LossLayer
        {
            get { return Head >= 0 ? Head : LogitsTensor - 1; }
        }

        /// <summary>Number of blocks.</summary>
        public int BlockCount
        {
            get { return header[HeaderField.BlockCount]; }
        }

        /// <summary>Samples behind the source statistics; 0: none.</summary>
        public int CalibrationSamples
        {
            get { return header[HeaderField.CalibrationSamples]; }
        }

        /// <summary>Number of adaptations that led to this model.</summary>
        public int Adaptations
        {
            get { return header[HeaderField.Adaptations]; }
        }

        /// <summary>The chains that make inference as narrow as possible; found once.</summary>
        public LayerChains NarrowestChains()
        {
            if (narrowest == null)
            {
                narrowest = LayerChains.Narrowest(this, arena.Handle);
            }
            return narrowest;
        }

        /// <summary>Model offset of a layer's record.</summary>
        public static int RecordOffset(int layer)
        {
            return HeaderBytes + layer * RecordBytes;
        }

        /// <summary>A word of a layer's record; field is one of <see cref="RecordField"/>.</summary>
        public int Word(int layer, int field)
        {
            if (layer != recordAt)
            {
                arena.ReadModelWords(RecordOffset(layer), record, 0, record.Length);
                recordAt = layer;
            }
            return record[field];
        }

        /// <summary>A float word of a layer's record.</summary>
        public float Single(int layer, int field)
        {
            return ToSingle(Word(layer, field));
        }

        /// <summary>Operator of a layer.</summary>
        public int Operator(int layer)
        {
            return Word(layer, RecordField.Operator);
        }

        /// <summary>Whether a layer has weights.</summary>
        public bool HasWeights(int layer)
        {
            int operation = Operator(layer);
            return operation >= Operators.Conv2D && operation <= Operators.FullyConnected;
        }

        /// <summary>Whether a layer is the convolution of the input filter: it is solved, not aligned or trained.</summary>
        public bool IsInputFilter(int layer)
        {
            return Word(layer, RecordField.Spectrum) != 0;
        }

        /// <summary>Whether a layer has weights that can be trained.</summary>
        public bool CanTrain(int layer)
        {
            return HasWeights(layer) && !IsInputFilter(layer);
        }

        /// <summary>The convolution of the input filter, which follows its switching median, or -1.</summary>
        public int InputFilter { get; private set; }

        /// <summary>Output channels of a layer.</summary>
        public int Channels(int layer)
        {
            return Word(layer, RecordField.OutputN + 3);
        }

        /// <summary>Output positions of a layer: rows, height and width together.</summary>
        public int Positions(int layer)
        {
            return Word(layer, RecordField.OutputN)
                * Word(layer, RecordField.OutputN + 1)
                * Word(layer, RecordField.OutputN + 2);
        }

        /// <summary>Weights of one output channel; 0 for layers without weights.</summary>
        public int FilterSize(int layer)
        {
            switch (Operator(layer))
            {
                case Operators.Conv2D:
                    return Word(layer, RecordField.KernelH)
                        * Word(layer, RecordField.KernelW)
                        * (Word(layer, RecordField.InputN + 3) / Word(layer, RecordField.Groups));
                case Operators.DepthwiseConv2D:
                    return Word(layer, RecordField.KernelH) * Word(layer, RecordField.KernelW);
                case Operators.FullyConnected:
                    return Word(layer, RecordField.InputN + 3);
                default:
                    return 0;
            }
        }

        /// <summary>Number of weights of a layer.</summary>
        public int WeightCount(int layer)
        {
            return FilterSize(layer) * Channels(layer);
        }

        /// <summary>Number of outputs of a layer.</summary>
        public int OutputCount(int layer)
        {
            return Positions(layer) * Channels(layer);
        }

        /// <summary>Bytes of a tensor.</summary>
        public int TensorBytes(int tensor)
        {
            return tensor == 0
                ? Dimension(0, 0) * Dimension(0, 1) * Dimension(0, 2) * Dimension(0, 3)
                : OutputCount(tensor - 1);
        }

        /// <summary>Dimension 0..3 (N, H, W, C) of a tensor.</summary>
        public int Dimension(int tensor, int axis)
        {
            return tensor == 0 ? header[HeaderField.InputN + axis] : Word(tensor - 1, RecordField.OutputN + axis);
        }

        /// <summary>Whether a layer sees the network's input, itself or padded, pooled, reshaped, rescaled or enlarged.</summary>
        public bool ReadsInput(int layer)
        {
            int tensor = Word(layer, RecordField.Input);
            while (tensor > 0 && !CanTrain(tensor - 1) && Word(tensor - 1, RecordField.Input2) < 0)
            {
                tensor = Word(tensor - 1, RecordField.Input);
            }
            return tensor == 0;
        }

        /// <summary>Multiply-accumulates of a layer with weights; element operations of the others count nothing.</summary>
        public long Macs(int layer)
        {
            return HasWeights(layer) ? (long)OutputCount(layer) * FilterSize(layer) : 0;
        }

        /// <summary>Multiply-accumulates of one whole forward.</summary>
        public long ForwardMacs()
        {
            long sum = 0;
            for (int layer = 0; layer < LayerCount; layer++)
            {
                sum += Macs(layer);
            }
            return sum;
        }

        /// <summary>Name of a layer for messages: its number, operator and output shape.</summary>
        public string Describe(int layer)
        {
            return "layer "
                + layer
                + " ("
                + Operators.Name(Operator(layer))
                + " to "
                + Word(layer, RecordField.OutputN + 1)
                + "x"
                + Word(layer, RecordField.OutputN + 2)
                + "x"
                + Channels(layer)
                + ")";
        }

        private static void CheckStart(int magic, int version, int bytes, int size)
        {
            if (magic != 0x314D5441)
            {
                throw new ModelException("byte 0: not an .atm model; make one with 'attune import'");
            }
            if (version != 1)
            {
                throw new ModelException(
                    "byte 4: model version " + version + ", this program reads 1; import it again"
                );
            }
            if (bytes != size)
            {
                throw new ModelException(
                    "byte 8: the header says " + bytes + " bytes, the model has " + size + "; copy it again"
                );
            }
        }

        private float ToSingle(int bits)
        {
            LittleEndian.Put(word, 0, bits);
            return BitConverter.ToSingle(word, 0);
        }

        private uint Checksum()
        {
            byte[] part = new byte[512];
            uint crc = 0;
            int size = arena.ModelSize;
            for (int at = 0; at < size; at += part.Length)
            {
                int count = size - at < part.Length ? size - at : part.Length;
                arena.ReadModel(at, part, 0, count);
                if (at == 0)
                {
                    part[12] = part[13] = part[14] = part[15] = 0;
                }
                crc = Native.Crc32(part, 0, count, crc);
            }
            return crc;
        }
    }
}
