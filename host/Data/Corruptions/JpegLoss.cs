namespace Attune.Host.Data.Corruptions;

/// <summary>
/// What baseline JPEG (ITU-T T.81) loses: colour transform, 4:2:0 chroma, 8x8 DCT, quantisation, and back. The
/// lossless entropy coding between is left out, since it does not change the pixels. Choices that the standard leaves
/// open follow the usual library: Annex K tables scaled by quality, chroma enlarged by the triangle filter.
/// </summary>
internal static class JpegLoss
{
    private const int Block = 8;

    private static readonly int[] LumaTable =
    [
        16,
        11,
        10,
        16,
        24,
        40,
        51,
        61,
        12,
        12,
        14,
        19,
        26,
        58,
        60,
        55,
        14,
        13,
        16,
        24,
        40,
        57,
        69,
        56,
        14,
        17,
        22,
        29,
        51,
        87,
        80,
        62,
        18,
        22,
        37,
        56,
        68,
        109,
        103,
        77,
        24,
        35,
        55,
        64,
        81,
        104,
        113,
        92,
        49,
        64,
        78,
        87,
        103,
        121,
        120,
        101,
        72,
        92,
        95,
        98,
        112,
        100,
        103,
        99,
    ];

    private static readonly int[] ChromaTable =
    [
        17,
        18,
        24,
        47,
        99,
        99,
        99,
        99,
        18,
        21,
        26,
        66,
        99,
        99,
        99,
        99,
        24,
        26,
        56,
        99,
        99,
        99,
        99,
        99,
        47,
        66,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
    ];

    /// <summary>Cosines[u * 8 + x] = C(u) / 2 * cos((2x + 1) u pi / 16): the rows of the orthonormal DCT.</summary>
    private static readonly double[] Cosines = MakeCosines();

    /// <summary>Compresses and decompresses.</summary>
    /// <param name="image">Gray images have luma alone.</param>
    /// <param name="quality">1..100.</param>
    public static Image Apply(Image image, int quality)
    {
        int height = image.Height;
        int width = image.Width;
        var luma = Scale(LumaTable, quality);
        if (image.Channels == 1)
        {
            return new Image(height, width, 1, Recode(new Plane(height, width, image.Pixels), luma).Samples);
        }
        var (y, cb, cr) = Split(image);
        var chroma = Scale(ChromaTable, quality);
        return Join(
            Recode(y, luma),
            Enlarge(Recode(Halve(cb), chroma), height, width),
            Enlarge(Recode(Halve(cr), chroma), height, width)
        );
    }

    private static int[] Scale(int[] table, int quality)
    {
        int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
        return Array.ConvertAll(table, entry => Math.Clamp((entry * percent + 50) / 100, 1, 255));
    }

    private static (Plane Y, Plane Cb, Plane Cr) Split(Image image)
    {
        var y = new Plane(image.Height, image.Width);
        var cb = new Plane(image.Height, image.Width);
        var cr = new Plane(image.Height, image.Width);
        for (int i = 0; i < y.Samples.Length; i++)
        {
            double r = image.Pixels[3 * i];
            double g = image.Pixels[3 * i + 1];
            double b = image.Pixels[3 * i + 2];
            y.Samples[i] = Round(0.299 * r + 0.587 * g + 0.114 * b);
            cb.Samples[i] = Round(-0.168735892 * r - 0.331264108 * g + 0.5 * b + 128);
            cr.Samples[i] = Round(0.5 * r - 0.418687589 * g - 0.081312411 * b + 128);
        }
        return (y, cb, cr);
    }

    private static Image Join(Plane y, Plane cb, Plane cr)
    {
        var image = new Image(y.Height, y.Width, 3);
        for (int i = 0; i < y.Samples.Length; i++)
        {
            double light = y.Samples[i];
            double blue = cb.Samples[i] - 128;
            double red = cr.Samples[i] - 128;
            image.Pixels[3 * i] = Round(light + 1.402 * red);
            image.Pixels[3 * i + 1] = Round(light - 0.344136286 * blue - 0.714136286 * red);
            image.Pixels[3 * i + 2] = Round(light + 1.772 * blue);
        }
        return image;
    }

    /// <summary>Means of 2x2 samples; halves are rounded down and up in turn, so that rounding has no bias.</summary>
    private static Plane Halve(Plane plane)
    {
        var half = new Plane((plane.Height + 1) / 2, (plane.Width + 1) / 2);
        for (int y = 0; y < half.Height; y++)
        {
            for (int x = 0; x < half.Width; x++)
            {
                int sum =
                    plane.At(2 * y, 2 * x)
                    + plane.At(2 * y, 2 * x + 1)
                    + plane.At(2 * y + 1, 2 * x)
                    + plane.At(2 * y + 1, 2 * x + 1);
                half.Samples[y * half.Width + x] = (byte)((sum + 1 + (x & 1)) >> 2);
            }
        }
        return half;
    }

    /// <summary>Twice the size: in each direction 3/4 of the nearer and 1/4 of the farther sample.</summary>
    private static Plane Enlarge(Plane half, int height, int width)
    {
        var plane = new Plane(height, width);
        for (int y = 0; y < height; y++)
        {
            int near = y / 2;
            int far = (y & 1) == 0 ? near - 1 : near + 1;
            for (int x = 0; x < width; x++)
            {
                int column = x / 2;
                int beside = (x & 1) == 0 ? column - 1 : column + 1;
                int here = 3 * half.At(near, column) + half.At(far, column);
                int there = 3 * half.At(near, beside) + half.At(far, beside);
                plane.Samples[y * width + x] = (byte)((3 * here + there + 8 - (x & 1)) >> 4);
            }
        }
        return plane;
    }

    /// <summary>Every 8x8 block through DCT, quantisation, and back.</summary>
    private static Plane Recode(Plane plane, int[] table)
    {
        var result = new Plane(plane.Height, plane.Width);
        var block = new double[Block * Block];
        for (int top = 0; top < plane.Height; top += Block)
        {
            for (int left = 0; left < plane.Width; left += Block)
            {
                for (int i = 0; i < block.Length; i++)
                {
                    block[i] = plane.At(top + i / Block, left + i % Block) - 128;
                }
                var coefficients = Transform(block, inverse: false);
                for (int i = 0; i < coefficients.Length; i++)
                {
                    coefficients[i] = Math.Round(coefficients[i] / table[i], MidpointRounding.AwayFromZero) * table[i];
                }
                var samples = Transform(coefficients, inverse: true);
                int bottom = Math.Min(Block, plane.Height - top);
                int right = Math.Min(Block, plane.Width - left);
                for (int y = 0; y < bottom; y++)
                {
                    for (int x = 0; x < right; x++)
                    {
                        result.Samples[(top + y) * plane.Width + left + x] = Round(samples[y * Block + x] + 128);
                    }
                }
            }
        }
        return result;
    }

    /// <summary>The two-dimensional DCT (rows of coefficients from the top: vertical frequency), or its inverse.</summary>
    private static double[] Transform(double[] block, bool inverse)
    {
        var columns = new double[block.Length];
        var result = new double[block.Length];
        for (int i = 0; i < block.Length; i++)
        {
            int row = i / Block;
            int column = i % Block;
            for (int k = 0; k < Block; k++)
            {
                columns[i] += Weight(row, k, inverse) * block[k * Block + column];
            }
        }
        for (int i = 0; i < block.Length; i++)
        {
            int row = i / Block;
            int column = i % Block;
            for (int k = 0; k < Block; k++)
            {
                result[i] += Weight(column, k, inverse) * columns[row * Block + k];
            }
        }
        return result;
    }

    private static double Weight(int to, int from, bool inverse) =>
        inverse ? Cosines[from * Block + to] : Cosines[to * Block + from];

    private static double[] MakeCosines()
    {
        var cosines = new double[Block * Block];
        for (int i = 0; i < cosines.Length; i++)
        {
            int u = i / Block;
            double scale = u == 0 ? Math.Sqrt(0.125) : 0.5;
            cosines[i] = scale * Math.Cos((2 * (i % Block) + 1) * u * Math.PI / 16);
        }
        return cosines;
    }

    private static byte Round(double value) => (byte)Math.Clamp(Math.Floor(value + 0.5), 0, 255);

    /// <summary>One colour component. Beyond the edge the last sample is repeated.</summary>
    private sealed class Plane(int height, int width, byte[] samples)
    {
        public Plane(int height, int width)
            : this(height, width, new byte[height * width]) { }

        public int Height { get; } = height;

        public int Width { get; } = width;

        public byte[] Samples { get; } = samples;

        public int At(int y, int x) => Samples[Math.Clamp(y, 0, Height - 1) * Width + Math.Clamp(x, 0, Width - 1)];
    }
}
