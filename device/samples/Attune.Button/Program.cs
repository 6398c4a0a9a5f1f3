using System;
using System.Threading;
using Attune.Memory;

namespace Attune.Button
{
    /// <summary>
    /// The engine in a program of one's own: classifies what a sensor sends, and adapts to the last samples, without
    /// labels, when the button is pressed. The model lies in flash (docs/DEVICE.md, Firmware with the kernels).
    /// </summary>
    public static class Program
    {
        /// <summary>The firmware's ATTUNE_ARENA_BYTES, or less.</summary>
        private const int ArenaBytes = 131072;

        /// <summary>Samples to adapt to; the managed heap holds them.</summary>
        private const int RecentCount = 16;

        /// <summary>Of an STM32F769I-DISCO: the blue button B1, PA0; USART6 at the Arduino header.</summary>
        private const int ButtonPin = 0;
        private const string SensorPort = "COM6";
        private const int SensorSpeed = 921600;

        /// <summary>Real values of the sensor's bytes 0 and 255, as the network was trained.</summary>
        private const float SensorLow = 0;
        private const float SensorHigh = 1;

        /// <summary>The program.</summary>
        public static void Main()
        {
            try
            {
                Work();
            }
            catch (Exception error)
            {
                // An exception that leaves Main would end the program without a word.
                Console.WriteLine("button: ended: " + error.Message);
            }
            Thread.Sleep(Timeout.Infinite);
        }

        private static void Work()
        {
            using (Arena arena = new Arena(ArenaBytes))
            using (PushButton button = new PushButton(ButtonPin))
            {
                if (!arena.MapModel())
                {
                    Console.WriteLine("button: no model in flash; write one with nanoff --binfile, see docs/DEVICE.md");
                    return;
                }
                AdaptiveClassifier classifier = new AdaptiveClassifier(arena);
                RecentSamples recent = new RecentSamples(RecentCount, classifier.SampleBytes);
                SerialSensor sensor = new SerialSensor(SensorPort, SensorSpeed);
                Console.WriteLine("button: ready; press it to adapt to the last " + RecentCount + " samples");
                while (true)
                {
                    Turn(classifier, recent, sensor, button);
                }
            }
        }

        /// <summary>One sample, and an adaptation if the button was pressed.</summary>
        private static void Turn(
            AdaptiveClassifier classifier,
            RecentSamples recent,
            SerialSensor sensor,
            PushButton button
        )
        {
            if (button.Take())
            {
                Adapt(classifier, recent);
            }
            byte[] sample = recent.Next;
            if (!sensor.Read(sample))
            {
                Console.WriteLine("button: the sensor does not answer on " + SensorPort);
                return;
            }
            classifier.Quantize(sample, SensorLow, SensorHigh);
            Console.WriteLine("button: class " + classifier.Classify(sample) + (classifier.Adapted ? ", adapted" : ""));
            recent.Keep();
        }

        private static void Adapt(AdaptiveClassifier classifier, RecentSamples recent)
        {
            if (!recent.Full)
            {
                Console.WriteLine("button: only " + recent.Count + " samples yet, " + RecentCount + " are needed");
                return;
            }
            DateTime begin = DateTime.UtcNow;
            classifier.Adapt(recent);
            long seconds = (DateTime.UtcNow.Ticks - begin.Ticks) / 10000000;
            Console.WriteLine("button: adapted to " + recent.Count + " samples in " + seconds + " s");
        }
    }
}
