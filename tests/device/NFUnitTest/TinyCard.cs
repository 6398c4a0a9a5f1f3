using System;
using System.Text;
using Attune.Kernels;
using Attune.Model;
using Attune.Storage;
using Attune.Training;

namespace Attune.Device.Tests
{
    /// <summary>A card whose network is one classifier: eight values, four classes.</summary>
    public static class TinyCard
    {
        /// <summary>Values of a sample.</summary>
        public const int Values = 8;

        private const int Classes = 4;

        /// <summary>A whole card before its run.</summary>
        public static MemoryCard Make()
        {
            MemoryCard card = new MemoryCard();
            card.Put(CardRun.JobFile, Encoding.UTF8.GetBytes(Job("")));
            card.Put(CardRun.ModelFile, Model(Values));
            card.Put(CardRun.TrainingFile, Samples(6, Values));
            card.Put(CardRun.ValidationFile, Samples(4, Values));
            return card;
        }

        /// <summary>The job, with lines of one's own behind it.</summary>
        public static string Job(string lines)
        {
            return "method = zo\narena = 8192\nlayers = all\nepochs = 3\nbatch = 2\nqueries = 2\nrollback = off\n"
                + "checkpoint-steps = 2\nlearning-rate = 0.01\n"
                + lines;
        }

        /// <summary>Runs a card to its end.</summary>
        public static void Run(IStorage storage)
        {
            using (Card card = new Card(storage, 0))
            {
                card.Run.Run(new QuietMonitor());
            }
        }

        /// <summary>The model file: one FULLY_CONNECTED record and its arrays, from docs/FORMATS.md.</summary>
        public static byte[] Model(int values)
        {
            int weights = QuantizedModel.HeaderBytes + QuantizedModel.RecordBytes;
            int bias = weights + values * Classes;
            byte[] model = new byte[bias + 4 * 4 * Classes];
            int[] header = new int[] { 0x314D5441, 1, model.Length, 0, 1, 1, 1, 1, values, 0, 0, 1, 1, 0, 1, 0, 0 };
            for (int i = 0; i < header.Length; i++)
            {
                Put(model, 4 * i, header[i]);
            }
            PutSingle(model, 36, 0.5f);
            for (int dimension = 0; dimension < 4; dimension++)
            {
                PutWord(model, RecordField.InputN + dimension, dimension == 3 ? values : 1);
                PutWord(model, RecordField.OutputN + dimension, dimension == 3 ? Classes : 1);
            }
            PutWord(model, RecordField.Operator, Operators.FullyConnected);
            PutWord(model, RecordField.Input2, -1);
            PutWord(model, RecordField.ActMin, -128);
            PutWord(model, RecordField.ActMax, 127);
            PutWord(model, RecordField.Weights, weights);
            PutWord(model, RecordField.Bias, bias);
            PutWord(model, RecordField.Multipliers, bias + 4 * Classes);
            PutWord(model, RecordField.Shifts, bias + 8 * Classes);
            PutWord(model, RecordField.Scales, bias + 12 * Classes);
            PutWord(model, RecordField.Statistics, -1);
            PutSingle(model, QuantizedModel.HeaderBytes + 4 * RecordField.InputScale, 0.5f);
            PutSingle(model, QuantizedModel.HeaderBytes + 4 * RecordField.OutputScale, 0.5f);
            for (int i = 0; i < values * Classes; i++)
            {
                model[weights + i] = (byte)(7 * i * i + 3 * i - 40);
            }
            for (int channel = 0; channel < Classes; channel++)
            {
                // 2^30 is one half, so that the multiplier, and the weights' scale, is 1/64.
                Put(model, bias + 4 * channel, 10 * channel - 15);
                Put(model, bias + 4 * (Classes + channel), 1 << 30);
                Put(model, bias + 4 * (2 * Classes + channel), -5);
                PutSingle(model, bias + 4 * (3 * Classes + channel), 1 / 64f);
            }
            SealModel(model);
            return model;
        }

        /// <summary>Makes a model's checksum right.</summary>
        public static void SealModel(byte[] model)
        {
            Put(model, 12, 0);
            Put(model, 12, (int)Native.Crc32(model, 0, model.Length, 0));
        }

        /// <summary>A sample file of rows of int8 values.</summary>
        public static byte[] Samples(int count, int values)
        {
            int record = 8 + (values + 3) / 4 * 4;
            byte[] file = new byte[512 + count * record];
            int[] header = new int[] { 0x31535441, 1, count, 1, 1, values, 0, Classes, record };
            for (int i = 0; i < header.Length; i++)
            {
                Put(file, 4 * i, header[i]);
            }
            Put(file, 508, (int)Native.Crc32(file, 0, 508, 0));
            for (int sample = 0; sample < count; sample++)
            {
                int at = 512 + sample * record;
                for (int i = 0; i < values; i++)
                {
                    file[at + 4 + i] = (byte)(31 * sample + 17 * i);
                }
                PutLabel(file, sample, values, sample % Classes);
            }
            return file;
        }

        /// <summary>Sets a sample's label, and the checksum that goes with it.</summary>
        public static void PutLabel(byte[] file, int sample, int values, int label)
        {
            int record = 8 + (values + 3) / 4 * 4;
            int at = 512 + sample * record;
            Put(file, at, label);
            Put(file, at + record - 4, (int)Native.Crc32(file, at, record - 4, 0));
        }

        /// <summary>Sets a little-endian word.</summary>
        public static void Put(byte[] data, int at, int value)
        {
            data[at] = (byte)value;
            data[at + 1] = (byte)(value >> 8);
            data[at + 2] = (byte)(value >> 16);
            data[at + 3] = (byte)(value >> 24);
        }

        private static void PutWord(byte[] model, int field, int value)
        {
            Put(model, QuantizedModel.HeaderBytes + 4 * field, value);
        }

        private static void PutSingle(byte[] data, int at, float value)
        {
            Array.Copy(BitConverter.GetBytes(value), 0, data, at, 4);
        }
    }
}
