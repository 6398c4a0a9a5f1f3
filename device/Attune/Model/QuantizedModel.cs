using System;
using Attune.Kernels;
using Attune.Memory;

namespace Attune.Model
{
    /// <summary>
    /// A checked view of the .atm model that an arena holds (docs/FORMATS.md): header fields, layer records and tensor
    /// shapes. Layers and tensors are numbered; layer i writes tensor i + 1, tensor 0 is the network's input.
    /// </summary>
    public sealed class QuantizedModel
    {
        /// <summary>Bytes before the first record.</summary>
        public const int HeaderBytes = 128;

        /// <summary>Largest number of values in a patch of an input filter.</summary>
        public const int PatchElements = 147;

        /// <summary>Bytes of a record.</summary>
        public const int RecordBytes = RecordField.RecordWords * 4;

        private const int MaximumRecords = 1024;
        private readonly Arena arena;
        private readonly int[] header = new int[HeaderBytes / 4];
        private readonly int[] record = new int[RecordField.RecordWords];
        private readonly byte[] word = new byte[4];
        private int recordAt = -1;
        private LayerGroups narrowest;

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
            CheckStart(header[0], header[1], header[2], size);
            CheckUnchanged();
            CheckHeader(size);
            for (int layer = 0; layer < LayerCount; layer++)
            {
                CheckLayer(layer);
            }
            CheckHead();
            CheckInputFilter();
        }

        /// <summary>Takes the model's checksum, from where kernels read it.</summary>
        /// <exception cref="ModelException">It is not the header's: file or memory is damaged.</exception>
        public void CheckUnchanged()
        {
            if (Checksum() != (uint)header[3])
            {
                throw new ModelException("byte 12: checksum differs, the model is damaged; copy it again");
            }
        }

        /// <summary>Checks magic, version and size in the first bytes of a model file.</summary>
        /// <exception cref="ModelException">Names the byte and what is wrong.</exception>
        public static void CheckStart(byte[] start, int size)
        {
            CheckStart(Integer(start, 0), Integer(start, 4), Integer(start, 8), size);
        }

        /// <summary>Number of layer records.</summary>
        public int LayerCount
        {
            get { return header[4]; }
        }

        /// <summary>Number of tensors: one more than layers.</summary>
        public int TensorCount
        {
            get { return header[4] + 1; }
        }

        /// <summary>Scale of the network's input.</summary>
        public float InputScale
        {
            get { return ToSingle(header[9]); }
        }

        /// <summary>Zero point of the network's input.</summary>
        public int InputZero
        {
            get { return header[10]; }
        }

        /// <summary>The tensor that inference returns.</summary>
        public int OutputTensor
        {
            get { return header[11]; }
        }

        /// <summary>The tensor of class scores, or -1.</summary>
        public int LogitsTensor
        {
            get { return header[12]; }
        }

        /// <summary>The layer whose accumulators are the class scores, or -1.</summary>
        public int Head
        {
            get { return header[13]; }
        }

        /// <summary>Number of blocks.</summary>
        public int BlockCount
        {
            get { return header[14]; }
        }

        /// <summary>Samples behind the source statistics; 0: none.</summary>
        public int CalibrationSamples
        {
            get { return header[15]; }
        }

        /// <summary>Number of adaptations that led to this model.</summary>
        public int Adaptations
        {
            get { return header[16]; }
        }

        /// <summary>The chains that make inference as narrow as possible; found once.</summary>
        public LayerGroups NarrowestGroups()
        {
            if (narrowest == null)
            {
                narrowest = LayerGroups.Narrowest(this, arena.Handle);
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
            return tensor == 0 ? header[5] * header[6] * header[7] * header[8] : OutputCount(tensor - 1);
        }

        /// <summary>Dimension 0..3 (N, H, W, C) of a tensor.</summary>
        public int Dimension(int tensor, int axis)
        {
            return tensor == 0 ? header[5 + axis] : Word(tensor - 1, RecordField.OutputN + axis);
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

        /// <summary>Name of a layer for messages: its number, operator and output shape.</summary>
        public string Describe(int layer)
        {
            return "layer "
                + layer
                + " ("
                + OperatorName(Operator(layer))
                + " to "
                + Word(layer, RecordField.OutputN + 1)
                + "x"
                + Word(layer, RecordField.OutputN + 2)
                + "x"
                + Channels(layer)
                + ")";
        }

        /// <summary>TensorFlow Lite's name of an operator.</summary>
        public static string OperatorName(int operation)
        {
            switch (operation)
            {
                case Operators.Conv2D:
                    return "CONV_2D";
                case Operators.DepthwiseConv2D:
                    return "DEPTHWISE_CONV_2D";
                case Operators.FullyConnected:
                    return "FULLY_CONNECTED";
                case Operators.Add:
                    return "ADD";
                case Operators.Mul:
                    return "MUL";
                case Operators.AveragePool2D:
                    return "AVERAGE_POOL_2D";
                case Operators.MaxPool2D:
                    return "MAX_POOL_2D";
                case Operators.Mean:
                    return "MEAN";
                case Operators.Pad:
                    return "PAD";
                case Operators.Softmax:
                    return "SOFTMAX";
                case Operators.Reshape:
                    return "RESHAPE";
                case Operators.Requantize:
                    return "REQUANTIZE";
                case Operators.Upsample:
                    return "UPSAMPLE";
                case Operators.Median2D:
                    return "MEDIAN_2D";
                default:
                    return "operator " + operation;
            }
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

        private static int Integer(byte[] data, int at)
        {
            return data[at] | (data[at + 1] << 8) | (data[at + 2] << 16) | (data[at + 3] << 24);
        }

        private static bool Between(int value, int low, int high)
        {
            return value >= low && value <= high;
        }

        private float ToSingle(int bits)
        {
            word[0] = (byte)bits;
            word[1] = (byte)(bits >> 8);
            word[2] = (byte)(bits >> 16);
            word[3] = (byte)(bits >> 24);
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

        private void CheckHeader(int size)
        {
            Require(Between(header[4], 1, MaximumRecords), 16, "number of layers", header[4]);
            Require(HeaderBytes + header[4] * RecordBytes <= size, 16, "number of layers for its size", header[4]);
            Require(header[5] == 1, 20, "batch size", header[5]);
            long elements = 1;
            for (int axis = 0; axis < 4; axis++)
            {
                Require(Between(header[5 + axis], 1, 65535), 20 + 4 * axis, "input dimension", header[5 + axis]);
                elements *= header[5 + axis];
            }
            Require(elements <= 1 << 26, 20, "input size", header[6]);
            Require(Between(header[10], -128, 127), 40, "input zero point", header[10]);
            Require(Between(header[11], 1, header[4]), 44, "output tensor", header[11]);
            Require(Between(header[12], -1, header[4]), 48, "logits tensor", header[12]);
            Require(Between(header[13], -1, header[4] - 1), 52, "head", header[13]);
            Require(Between(header[14], 1, 64), 56, "number of blocks", header[14]);
            Require(header[15] >= 0, 60, "number of calibration samples", header[15]);
        }

        private void CheckLayer(int layer)
        {
            int status = Native.LayerCheck(arena.Handle, RecordOffset(layer));
            if (status < 0)
            {
                throw new ModelException("layer " + layer + ": " + KernelException.Reason(status));
            }
            CheckOperand(layer, RecordField.Input, RecordField.InputN);
            if (Word(layer, RecordField.Input2) >= 0)
            {
                CheckOperand(layer, RecordField.Input2, RecordField.Input2N);
            }
            int block = Word(layer, RecordField.Block);
            if (CanTrain(layer) ? !Between(block, 0, BlockCount - 1) : block != -1)
            {
                throw new ModelException("layer " + layer + ": block " + block + " is not in the block table");
            }
            bool measured = CalibrationSamples > 0 && CanTrain(layer) && layer != Head;
            if (measured && (Word(layer, RecordField.Statistics) < 0 || Word(layer, RecordField.Bias) < 0))
            {
                throw new ModelException("layer " + layer + ": its source statistics or biases are missing");
            }
        }

        private void CheckOperand(int layer, int field, int shapeField)
        {
            int tensor = Word(layer, field);
            if (!Between(tensor, 0, layer))
            {
                throw new ModelException(
                    "layer " + layer + ": reads tensor " + tensor + ", which is not written before it"
                );
            }
            int elements = 1;
            for (int axis = 0; axis < 4; axis++)
            {
                elements *= Word(layer, shapeField + axis);
            }
            if (elements != TensorBytes(tensor))
            {
                throw new ModelException(
                    "layer "
                        + layer
                        + ": reads "
                        + elements
                        + " values of tensor "
                        + tensor
                        + ", which has another size"
                );
            }
        }

        private void CheckHead()
        {
            if (Head < 0)
            {
                return;
            }
            int operation = Operator(Head);
            bool linear = operation == Operators.FullyConnected || operation == Operators.Conv2D;
            if (!linear || Positions(Head) != 1 || LogitsTensor < 0 || TensorBytes(LogitsTensor) != Channels(Head))
            {
                throw new ModelException("byte 52: layer " + Head + " is no classifier");
            }
        }

        /// <summary>Finds the input filter: the first two layers of the chain from the network's input, if at all.</summary>
        private void CheckInputFilter()
        {
            InputFilter = -1;
            for (int layer = 0; layer < LayerCount; layer++)
            {
                if (!IsInputFilter(layer))
                {
                    continue;
                }
                bool first = layer == 1 && Operator(0) == Operators.Median2D && Word(1, RecordField.Input) == 1;
                if (!first || Word(0, RecordField.Input) != 0 || Word(1, RecordField.Bias) < 0)
                {
                    throw new ModelException(
                        "layer " + layer + ": an input filter is layer 1, behind a MEDIAN_2D of the input; import again"
                    );
                }
                int status = Native.PatchesBytes(arena.Handle, RecordOffset(layer));
                if (status < 0)
                {
                    throw new ModelException(
                        "layer " + layer + ": the input filter: " + KernelException.Reason(status)
                    );
                }
                InputFilter = layer;
            }
        }

        private void Require(bool good, int offset, string what, int value)
        {
            if (!good)
            {
                throw new ModelException("byte " + offset + ": " + what + " " + value + " is out of range");
            }
        }
    }
}
