using Attune.Numbers;
using Attune.Training;

namespace Attune.Tests.Engine;

/// <summary>What augmentation does to a sample, from the definition in interop-native/include/attune.h, value by value.</summary>
internal static class PlainAugmentation
{
    private const int Purpose = 4;

    /// <summary>The values of a sample [height][width][channels] in a step.</summary>
    public static sbyte[] Of(
        sbyte[] values,
        (int Height, int Width, int Channels, int Zero) input,
        TrainingOptions options,
        int step,
        int sample
    )
    {
        var (height, width, channels, zero) = input;
        var seeds = new SeedSequence(options.Seed);
        seeds.Next(Purpose, step, sample, 0);
        var words = new Signs(seeds.Low, seeds.High);
        int Number(uint word, int most) => (int)((ulong)words.Word(word) * (ulong)(2 * most + 1) >> 32) - most;
        bool mirrored = options.Flip && words.Word(0) >> 31 == 1;
        int time = Number(3, options.TimeShift);
        int down = Number(1, options.Shift) + (height > 1 ? time : 0);
        int right = Number(2, options.Shift) + (height > 1 ? 0 : time);
        int gain = Number(4, options.Gain);
        var result = new sbyte[values.Length];
        for (int at = 0; at < result.Length; at++)
        {
            int row = Math.Clamp(at / channels / width - down, 0, height - 1);
            int column = Math.Clamp(at / channels % width - right, 0, width - 1);
            column = mirrored ? width - 1 - column : column;
            int distance = values[(row * width + column) * channels + at % channels] - zero;
            double value = zero + Math.Round(distance * (256 + gain) / 256.0, MidpointRounding.AwayFromZero);
            result[at] = (sbyte)Math.Clamp(value, -128, 127);
        }
        return result;
    }
}
