using System;
using Attune.Execution;
using Attune.Memory;
using Attune.Model;
using nanoFramework.TestFramework;

namespace Attune.Device.Tests
{
    /// <summary>The arena, the model that it holds, and inference.</summary>
    [TestClass]
    public class ModelTest
    {
        private const int ArenaBytes = 8192;

        [TestMethod]
        public void The_arena_keeps_bytes_and_words_inside_its_limits()
        {
            using (Arena arena = new Arena(64))
            {
                byte[] bytes = new byte[] { 1, 2, 3, 4, 5 };
                arena.Write(8, bytes, 1, 4);
                int[] words = new int[2];
                arena.ReadWords(8, words, 1, 1);
                Assert.AreEqual(0x05040302, words[1]);
                Assert.AreEqual(12, arena.HighWater);
                arena.Fill(60, 4, 0xFF);
                arena.ReadWords(60, words, 0, 1);
                Assert.AreEqual(-1, words[0]);
                Assert.ThrowsException(typeof(KernelException), () => arena.Fill(61, 4, 0));
                Assert.ThrowsException(typeof(KernelException), () => arena.ReadWords(2, words, 0, 1));
                Assert.ThrowsException(typeof(ArgumentException), () => arena.Read(0, bytes, 2, 4));
            }
        }

        [TestMethod]
        public void A_sound_model_is_read()
        {
            using (Arena arena = TinyCard.Open(ArenaBytes))
            {
                QuantizedModel model = new QuantizedModel(arena);
                Assert.AreEqual(2, model.LayerCount);
                Assert.AreEqual(2, model.BlockCount);
                Assert.AreEqual(1, model.Head);
                Assert.AreEqual(9 * TinyCard.Channels, model.WeightCount(0));
                Assert.AreEqual(TinyCard.Hidden, model.TensorBytes(1));
                Assert.AreEqual(9L * TinyCard.Hidden, model.Macs(0));
            }
        }

        [TestMethod]
        public void A_damaged_model_is_refused()
        {
            AssertRefused(0, 1, false);
            AssertRefused(4, 1, false);
            AssertRefused(QuantizedModel.RecordOffset(2), 1, false);
            // With a new checksum: a stride of 0, an input that comes later, weights after the end.
            AssertRefused(QuantizedModel.RecordOffset(0) + 4 * RecordField.StrideH, 2, true);
            AssertRefused(QuantizedModel.RecordOffset(0) + 4 * RecordField.Input, 1, true);
            AssertRefused(QuantizedModel.RecordOffset(1) + 4 * RecordField.Weights + 2, 1, true);
        }

        [TestMethod]
        public void Inference_gives_the_bytes_of_the_definition()
        {
            using (Arena arena = TinyCard.Open(ArenaBytes))
            {
                QuantizedModel model = new QuantizedModel(arena);
                Network network = new Network(arena, model, MemoryPlan.ForInference(new PlanRequest(model, arena)));
                network.UseInference();
                byte[] input = new byte[TinyCard.Side * TinyCard.Side];
                byte[] scores = new byte[TinyCard.Classes];
                for (int sample = 0; sample < 6; sample++)
                {
                    for (int i = 0; i < input.Length; i++)
                    {
                        input[i] = (byte)TinyCard.Element(300, sample, i);
                    }
                    arena.Write(network.TensorAt(0), input, 0, input.Length);
                    network.Classify();
                    arena.Read(network.TensorAt(2), scores, 0, scores.Length);
                    int[] expected = Scores(input);
                    for (int i = 0; i < expected.Length; i++)
                    {
                        Assert.AreEqual(expected[i], (sbyte)scores[i], "sample " + sample + ", class " + i);
                    }
                }
                Assert.AreEqual(network.Plan.Peak, arena.HighWater, "planned and measured bytes");
            }
        }

        private static void AssertRefused(int at, int change, bool seal)
        {
            byte[] file = TinyCard.Model();
            file[at] ^= (byte)change;
            if (seal)
            {
                TinyCard.Seal(file);
            }
            using (Arena arena = new Arena(ArenaBytes))
            {
                Assert.ThrowsException(typeof(ModelException), () => Load(arena, file), "byte " + at);
            }
        }

        private static QuantizedModel Load(Arena arena, byte[] file)
        {
            arena.LoadModel(file);
            return new QuantizedModel(arena);
        }

        /// <summary>The network of <see cref="TinyCard"/> as TensorFlow Lite defines it, written out.</summary>
        private static int[] Scores(byte[] input)
        {
            int side = TinyCard.Side;
            int half = side / 2;
            int[] hidden = new int[TinyCard.Hidden];
            for (int i = 0; i < hidden.Length; i++)
            {
                int channel = i % TinyCard.Channels;
                int top = 2 * (i / TinyCard.Channels / half) - 1;
                int left = 2 * (i / TinyCard.Channels % half) - 1;
                int sum = TinyCard.Bias(0, channel);
                for (int tap = 0; tap < 9; tap++)
                {
                    int row = top + tap / 3;
                    int column = left + tap % 3;
                    if (row >= 0 && row < side && column >= 0 && column < side)
                    {
                        int value = (sbyte)input[row * side + column];
                        sum += (value - TinyCard.InputZero) * TinyCard.Weight(0, 9 * channel + tap);
                    }
                }
                hidden[i] = Clamp(Rescale(sum, TinyCard.ConvolutionShift) + TinyCard.HiddenZero);
            }
            int[] scores = new int[TinyCard.Classes];
            for (int unit = 0; unit < scores.Length; unit++)
            {
                int sum = TinyCard.Bias(1, unit);
                for (int i = 0; i < hidden.Length; i++)
                {
                    sum += (hidden[i] - TinyCard.HiddenZero) * TinyCard.Weight(1, hidden.Length * unit + i);
                }
                scores[unit] = Clamp(Rescale(sum, TinyCard.ClassifierShift));
            }
            return scores;
        }

        /// <summary>A doubling high multiplication, then a rounding division by a power of two, as in gemmlowp.</summary>
        private static int Rescale(int value, int shift)
        {
            long product = (long)value * TinyCard.Multiplier;
            long nudge = product >= 0 ? 1L << 30 : 1 - (1L << 30);
            int high = (int)((product + nudge) / (1L << 31));
            int mask = (1 << -shift) - 1;
            int threshold = (mask >> 1) + (high < 0 ? 1 : 0);
            return (high >> -shift) + ((high & mask) > threshold ? 1 : 0);
        }

        private static int Clamp(int value)
        {
            return value < -128 ? -128
                : value > 127 ? 127
                : value;
        }
    }
}
