using System;
using Attune.Kernels;
using Attune.Memory;
using Attune.Model;
using Attune.Numbers;
using Attune.Storage;

namespace Attune.Execution
{
    /// <summary>
    /// Writes the network as it is now - trained weights and biases, corrected multipliers - as a model file of its own,
    /// page by page, so that it never exists twice in memory.
    /// </summary>
    public static class AdaptedModel
    {
        private const int Page = 512;
        private const string PartSuffix = ".part";
        private const int Shift = 1;
        private const int Scale = 2;

        /// <summary>What follows from a channel's multiplier: fixed-point factor (0), shift (1) and weight scale (2).</summary>
        private static readonly int[] MultiplierFields = new int[]
        {
            RecordField.Multipliers,
            RecordField.Shifts,
            RecordField.Scales,
        };

        /// <summary>Writes the file aside as NAME.part and renames it when it is complete.</summary>
        public static void Write(Network network, IStorage storage, string name)
        {
            uint crc = WritePages(network, null, 0);
            string part = name + PartSuffix;
            using (IStorageFile file = storage.Create(part))
            {
                WritePages(network, file, crc);
            }
            storage.Replace(part, name);
        }

        /// <summary>Finishes or undoes a <see cref="Write"/> that lost power.</summary>
        /// <param name="storage">The folder.</param>
        /// <param name="name">The file's name.</param>
        /// <param name="repeated">Whether the run that goes on now writes the file again.</param>
        /// <returns>What was found and done, or null if nothing was left behind.</returns>
        public static string Recover(IStorage storage, string name, bool repeated)
        {
            string part = name + PartSuffix;
            if (!storage.Exists(part))
            {
                return null;
            }
            if (!IsWhole(storage, part))
            {
                storage.Delete(part);
                return part + ": was not complete; removed";
            }
            if (storage.Exists(name) && AreEqual(storage, part, name))
            {
                // Power lost while FAT renames can leave one chain of clusters under both names: removing either takes the
                // other's bytes, so neither can be kept alone.
                if (!repeated)
                {
                    return null;
                }
                // The name first: power lost between must not leave it with other bytes.
                storage.Delete(name);
                storage.Delete(part);
                return name + ": its renaming was interrupted; it will be written again";
            }
            storage.Replace(part, name);
            return name + ": finished from the complete " + part;
        }

        /// <summary>Whether a file's size and checksum are those of its header.</summary>
        private static bool IsWhole(IStorage storage, string name)
        {
            byte[] page = new byte[Page];
            using (IStorageFile file = storage.OpenRead(name))
            {
                long length = file.Length;
                uint expected = 0;
                uint crc = 0;
                for (long at = 0; at < length; at += Page)
                {
                    int count = length - at < Page ? (int)(length - at) : Page;
                    file.Read(page, 0, count);
                    if (at == 0)
                    {
                        if (count < QuantizedModel.HeaderBytes || LittleEndian.Get(page, 8) != length)
                        {
                            return false;
                        }
                        expected = (uint)LittleEndian.Get(page, 12);
                        LittleEndian.Put(page, 12, 0);
                    }
                    crc = Native.Crc32(page, 0, count, crc);
                }
                return length > 0 && crc == expected;
            }
        }

        private static bool AreEqual(IStorage storage, string first, string second)
        {
            byte[] one = new byte[Page];
            byte[] other = new byte[Page];
            using (IStorageFile left = storage.OpenRead(first))
            using (IStorageFile right = storage.OpenRead(second))
            {
                bool equal = left.Length == right.Length;
                for (long at = 0; equal && at < left.Length; at += Page)
                {
                    int count = left.Length - at < Page ? (int)(left.Length - at) : Page;
                    left.Read(one, 0, count);
                    right.Read(other, 0, count);
                    for (int i = 0; i < count; i++)
                    {
                        equal = equal && one[i] == other[i];
                    }
                }
                return equal;
            }
        }

        /// <summary>Produces every page; writes it if there is a file. Returns the checksum with its own word as 0.</summary>
        private static uint WritePages(Network network, IStorageFile file, uint checksum)
        {
            QuantizedModel model = network.Model;
            byte[] page = new byte[Page];
            byte[] patch = new byte[Page];
            uint crc = 0;
            int size = network.Arena.ModelSize;
            for (int at = 0; at < size; at += Page)
            {
                int count = size - at < Page ? size - at : Page;
                network.Arena.ReadModel(at, page, 0, count);
                if (at == 0)
                {
                    LittleEndian.Put(page, 64, model.Adaptations + 1);
                    LittleEndian.Put(page, 12, (int)checksum);
                }
                for (int layer = 0; layer < model.LayerCount; layer++)
                {
                    PatchLayer(network, layer, at, page, count, patch);
                }
                crc = Native.Crc32(page, 0, count, crc);
                if (file != null)
                {
                    file.Write(page, 0, count);
                }
            }
            return crc;
        }

        /// <summary>Puts what is in force of a layer into a page of the file.</summary>
        private static void PatchLayer(Network network, int layer, int at, byte[] page, int count, byte[] patch)
        {
            QuantizedModel model = network.Model;
            Parameters parameters = network.Parameters;
            int channels = model.Channels(layer);
            int weights = parameters.WeightsAt(layer);
            int bias = parameters.BiasAt(layer);
            int multipliers = parameters.MultipliersAt(layer);
            if (parameters.ThresholdOf(layer) >= 0)
            {
                int threshold = QuantizedModel.RecordOffset(layer) + 4 * RecordField.Threshold;
                PatchWord(threshold, parameters.Threshold, at, page, count);
            }
            if (weights >= 0)
            {
                int to = model.Word(layer, RecordField.Weights);
                Overlay(network.Arena, weights, to, model.WeightCount(layer), at, page, count);
            }
            if (bias >= 0)
            {
                Overlay(network.Arena, bias, model.Word(layer, RecordField.Bias), 4 * channels, at, page, count);
            }
            if (multipliers >= 0)
            {
                float ratio =
                    model.Single(layer, RecordField.OutputScale) / model.Single(layer, RecordField.InputScale);
                for (int kind = 0; kind < MultiplierFields.Length; kind++)
                {
                    int to = model.Word(layer, MultiplierFields[kind]);
                    OverlayMultipliers(network.Arena, multipliers, to, channels, at, page, count, kind, ratio, patch);
                }
            }
        }

        /// <summary>Puts a word of the file, 4-byte aligned, into its page.</summary>
        private static void PatchWord(int to, int value, int at, byte[] page, int count)
        {
            if (to >= at && to < at + count)
            {
                LittleEndian.Put(page, to - at, value);
            }
        }

        /// <summary>Copies what an arena array has to say about a page of the file.</summary>
        private static void Overlay(Arena arena, int from, int to, int bytes, int at, byte[] page, int count)
        {
            int first = to > at ? to : at;
            int end = to + bytes < at + count ? to + bytes : at + count;
            if (first < end)
            {
                arena.Read(from + (first - to), page, first - at, end - first);
            }
        }

        /// <summary>Factor, shift or weight scale (see <see cref="MultiplierFields"/>) of the channels whose words lie in a page.</summary>
        private static void OverlayMultipliers(
            Arena arena,
            int from,
            int to,
            int channels,
            int at,
            byte[] page,
            int count,
            int kind,
            float ratio,
            byte[] patch
        )
        {
            int first = to > at ? to : at;
            int end = to + 4 * channels < at + count ? to + 4 * channels : at + count;
            if (first >= end)
            {
                return;
            }
            arena.Read(from + (first - to), patch, 0, end - first);
            for (int offset = first; offset < end; offset += 4)
            {
                uint bits = (uint)LittleEndian.Get(patch, offset - first);
                if (kind == Scale)
                {
                    float scale = BitConverter.ToSingle(patch, offset - first) * ratio;
                    byte[] bytes = BitConverter.GetBytes(scale);
                    Array.Copy(bytes, 0, page, offset - at, 4);
                }
                else
                {
                    LittleEndian.Put(page, offset - at, FixedPoint(bits, kind == Shift));
                }
            }
        }

        /// <summary>The fixed-point form of a float32 multiplier, as attune_channel_multiplier has it.</summary>
        private static int FixedPoint(uint bits, bool wantShift)
        {
            int exponent = (int)(bits >> 23) - 126;
            bool zero = bits == 0 || bits >= 0x7F800000u || exponent < -31;
            if (zero)
            {
                return 0;
            }
            if (exponent > 30)
            {
                return wantShift ? 30 : int.MaxValue;
            }
            int mantissa = (int)((bits & 0x7FFFFFu) | 0x800000u) << 7;
            return wantShift ? exponent : mantissa;
        }
    }
}
