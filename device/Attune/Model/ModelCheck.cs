using Attune.Kernels;
using Attune.Memory;

namespace Attune.Model
{
    /// <summary>Checks the header and every record of a model, so that what reads it later need not.</summary>
    internal sealed class ModelCheck
    {
        private const int MaximumRecords = 1024;
        private readonly Arena arena;
        private readonly QuantizedModel model;

        /// <summary>A check of the model that an arena holds.</summary>
        public ModelCheck(Arena arena, QuantizedModel model)
        {
            this.arena = arena;
            this.model = model;
        }

        /// <summary>Checks everything. Returns the convolution of the input filter, or -1.</summary>
        /// <param name="size">Bytes of the model.</param>
        /// <exception cref="ModelException">It is no sound model; the message names the field or layer.</exception>
        public int Check(int size)
        {
            CheckHeader(size);
            for (int layer = 0; layer < model.LayerCount; layer++)
            {
                CheckLayer(layer);
            }
            CheckOutput();
            CheckHead();
            return FindInputFilter();
        }

        private void CheckHeader(int size)
        {
            int layers = model.LayerCount;
            Require(layers, 1, MaximumRecords, HeaderField.LayerCount, "number of layers");
            int most = (size - QuantizedModel.HeaderBytes) / QuantizedModel.RecordBytes;
            Require(layers, 1, most, HeaderField.LayerCount, "number of layers for its size");
            Require(model.Dimension(0, 0), 1, 1, HeaderField.InputN, "batch size");
            long elements = 1;
            for (int axis = 0; axis < 4; axis++)
            {
                int dimension = model.Dimension(0, axis);
                Require(dimension, 1, 65535, HeaderField.InputN + axis, "input dimension");
                elements *= dimension;
            }
            if (elements > 1 << 26)
            {
                throw OutOfRange(HeaderField.InputN, "input size", model.Dimension(0, 1));
            }
            Require(model.InputZero, -128, 127, HeaderField.InputZero, "input zero point");
            Require(model.OutputTensor, 1, layers, HeaderField.OutputTensor, "output tensor");
            Require(model.LogitsTensor, -1, layers, HeaderField.LogitsTensor, "logits tensor");
            Require(model.Head, -1, layers - 1, HeaderField.Head, "head");
            Require(model.BlockCount, 1, 64, HeaderField.BlockCount, "number of blocks");
            Require(
                model.CalibrationSamples,
                0,
                int.MaxValue,
                HeaderField.CalibrationSamples,
                "number of calibration samples"
            );
        }

        private void CheckLayer(int layer)
        {
            int status = Native.LayerCheck(arena.Handle, QuantizedModel.RecordOffset(layer));
            if (status < 0)
            {
                throw new ModelException("layer " + layer + ": " + KernelException.Reason(status));
            }
            CheckOperand(layer, RecordField.Input, RecordField.InputN);
            if (model.Word(layer, RecordField.Input2) >= 0)
            {
                CheckOperand(layer, RecordField.Input2, RecordField.Input2N);
            }
            int block = model.Word(layer, RecordField.Block);
            if (model.CanTrain(layer) ? !Between(block, 0, model.BlockCount - 1) : block != -1)
            {
                throw new ModelException("layer " + layer + ": block " + block + " is not in the block table");
            }
            bool measured = model.CalibrationSamples > 0 && model.CanTrain(layer) && layer != model.Head;
            if (measured && (model.Word(layer, RecordField.Statistics) < 0 || model.Word(layer, RecordField.Bias) < 0))
            {
                throw new ModelException("layer " + layer + ": its source statistics or biases are missing");
            }
        }

        private void CheckOperand(int layer, int field, int shapeField)
        {
            int tensor = model.Word(layer, field);
            if (!Between(tensor, 0, layer))
            {
                throw new ModelException(
                    "layer " + layer + ": reads tensor " + tensor + ", which is not written before it"
                );
            }
            int elements = 1;
            for (int axis = 0; axis < 4; axis++)
            {
                elements *= model.Word(layer, shapeField + axis);
            }
            if (elements != model.TensorBytes(tensor))
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

        /// <summary>Only classes and a logit have a tensor of class scores, the logit's of one value.</summary>
        private void CheckOutput()
        {
            Require(model.OutputKind, OutputKind.Classes, OutputKind.Map, HeaderField.OutputKind, "kind of output");
            bool scores = model.LogitsTensor >= 0;
            bool good =
                model.OutputKind == OutputKind.Logit
                    ? scores && model.TensorBytes(model.LogitsTensor) == 1
                    : model.OutputKind == OutputKind.Classes || !scores;
            if (!good)
            {
                throw OutOfRange(HeaderField.OutputKind, "kind of output for its class scores", model.OutputKind);
            }
        }

        private void CheckHead()
        {
            if (model.Head < 0)
            {
                return;
            }
            int operation = model.Operator(model.Head);
            bool linear = operation == Operators.FullyConnected || operation == Operators.Conv2D;
            if (
                !linear
                || model.Positions(model.Head) != 1
                || model.LogitsTensor < 0
                || model.TensorBytes(model.LogitsTensor) != model.Channels(model.Head)
            )
            {
                throw new ModelException("byte 52: layer " + model.Head + " is no classifier");
            }
        }

        /// <summary>Finds the input filter: the first two layers from the network's input on, or -1.</summary>
        private int FindInputFilter()
        {
            int found = -1;
            for (int layer = 0; layer < model.LayerCount; layer++)
            {
                if (!model.IsInputFilter(layer))
                {
                    continue;
                }
                bool first =
                    layer == 1 && model.Operator(0) == Operators.Median2D && model.Word(1, RecordField.Input) == 1;
                if (!first || model.Word(0, RecordField.Input) != 0 || model.Word(1, RecordField.Bias) < 0)
                {
                    throw new ModelException(
                        "layer " + layer + ": an input filter is layer 1, after a MEDIAN_2D of the input; import again"
                    );
                }
                int status = Native.PatchesBytes(arena.Handle, QuantizedModel.RecordOffset(layer));
                if (status < 0)
                {
                    throw new ModelException(
                        "layer " + layer + ": the input filter: " + KernelException.Reason(status)
                    );
                }
                found = layer;
            }
            return found;
        }

        private static void Require(int value, int low, int high, int field, string what)
        {
            if (value < low || value > high)
            {
                throw OutOfRange(field, what, value);
            }
        }

        private static ModelException OutOfRange(int field, string what, int value)
        {
            return new ModelException("byte " + 4 * field + ": " + what + " " + value + " is out of range");
        }

        private static bool Between(int value, int low, int high)
        {
            return value >= low && value <= high;
        }
    }
}
