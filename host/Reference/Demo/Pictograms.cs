namespace Attune.Host.Reference.Demo;

/// <summary>
/// Generated pictures of ten pictograms in random colours, places, sizes and orientations over a coloured, textured
/// background with other marks on it. A picture depends only on its seed and index, on every platform.
/// </summary>
public static class Pictograms
{
    /// <summary>Height and width in pixels.</summary>
    public const int Size = 32;

    /// <summary>Elements of a picture: height * width * RGB.</summary>
    public const int Elements = Size * Size * 3;

    private const double OutlineShare = 0.35; // of pictures whose shape is drawn as an outline
    private const double SensorNoise = 0.1; // largest deviation in the noisiest picture; the distribution is triangular

    /// <summary>Names of the classes by label.</summary>
    public static IReadOnlyList<string> Classes { get; } =
    ["circle", "square", "triangle", "star", "cross", "ring", "arrow", "house", "heart", "moon"];

    /// <summary>The classes whose pictogram is another one where pictures are <c>redrawn</c>, in words.</summary>
    public const string Redrawings = "the house is an hourglass, the moon a bolt";

    /// <summary>Draws one picture.</summary>
    /// <param name="seed">Names the series; use one seed for training and another for testing.</param>
    /// <param name="index">Number in the series, not negative.</param>
    /// <param name="redrawn">Whether two classes have another pictogram (<see cref="Redrawings"/>).</param>
    /// <returns>Row-major RGB bytes, <see cref="Elements"/> of them, and the class.</returns>
    public static (byte[] Rgb, int Label) Create(ulong seed, int index, bool redrawn = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        var random = new SeededRandom(seed, (ulong)index);
        int label = random.Below(Classes.Count);
        var picture = new double[Elements];
        double[] average = DrawBackground(random, picture);
        int marks = random.Below(5);
        for (int i = 0; i < marks; i++)
        {
            DrawMark(random, picture);
        }
        DrawShape(random, picture, redrawn ? Redrawn(label) : label, average);
        double noise = random.Between(0, SensorNoise);
        var rgb = new byte[Elements];
        for (int i = 0; i < rgb.Length; i++)
        {
            double value = picture[i] + noise * (random.NextDouble() + random.NextDouble() - 1);
            rgb[i] = (byte)(Math.Clamp(value, 0, 1) * 255 + 0.5);
        }
        return (rgb, label);
    }

    /// <summary>Two colours along a gradient plus waves; returns the mean colour.</summary>
    private static double[] DrawBackground(SeededRandom random, double[] picture)
    {
        double[] from = Colour(random);
        var to = new double[3];
        for (int channel = 0; channel < 3; channel++)
        {
            to[channel] = Math.Clamp(from[channel] + random.Between(-0.3, 0.3), 0, 1);
        }
        double angle = random.Between(0, 2 * Math.PI);
        double across = PortableMath.Cos(angle);
        double down = PortableMath.Sin(angle);
        double height = random.Between(0, 0.07);
        double waveX = random.Between(-1.2, 1.2);
        double waveY = random.Between(-1.2, 1.2);
        double phase = random.Between(0, 2 * Math.PI);
        for (int y = 0; y < Size; y++)
        {
            for (int x = 0; x < Size; x++)
            {
                double share = Math.Clamp(0.5 + ((x - 15.5) * across + (y - 15.5) * down) / 36, 0, 1);
                double wave = height * PortableMath.Sin(waveX * x + waveY * y + phase);
                for (int channel = 0; channel < 3; channel++)
                {
                    picture[(y * Size + x) * 3 + channel] =
                        from[channel] + share * (to[channel] - from[channel]) + wave;
                }
            }
        }
        return [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2, (from[2] + to[2]) / 2];
    }

    /// <summary>A short line or a dot that means nothing.</summary>
    private static void DrawMark(SeededRandom random, double[] picture)
    {
        double[] colour = Colour(random);
        double opacity = random.Between(0.3, 0.9);
        double x0 = random.Between(0, Size);
        double y0 = random.Between(0, Size);
        double angle = random.Between(0, 2 * Math.PI);
        double length = random.Between(0, 14);
        double directionX = PortableMath.Cos(angle);
        double directionY = PortableMath.Sin(angle);
        double width = random.Between(0.5, 1.5);
        Blend(
            picture,
            colour,
            opacity,
            (x0 + 0.5 * length * directionX, y0 + 0.5 * length * directionY, 0.5 * length + width),
            (x, y) =>
            {
                double along = Math.Clamp((x - x0) * directionX + (y - y0) * directionY, 0, length);
                double offX = x - x0 - along * directionX;
                double offY = y - y0 - along * directionY;
                return Math.Sqrt(offX * offX + offY * offY) - width;
            }
        );
    }

    private static int Redrawn(int label) =>
        Classes[label] switch
        {
            "house" => PictogramShape.HourglassNumber,
            "moon" => PictogramShape.BoltNumber,
            _ => label,
        };

    private static void DrawShape(SeededRandom random, double[] picture, int shape, double[] background)
    {
        double radius = random.Between(6, 13);
        double margin = 0.75 * radius;
        double centreX = random.Between(margin, Size - margin);
        double centreY = random.Between(margin, Size - margin);
        double angle = random.Between(-0.7, 0.7);
        double cosine = PortableMath.Cos(angle) / radius;
        double sine = PortableMath.Sin(angle) / radius;
        double stretch = random.Between(0.85, 1.18);
        bool flip = random.Below(2) == 0;
        // An outlined circle would be a ring, a ring's outline two circles: both are always filled.
        bool outline = random.NextDouble() < OutlineShare && shape != 0 && shape != 5;
        double line = random.Between(0.9, 1.6);
        Blend(
            picture,
            DistinctColour(random, background),
            1,
            (centreX, centreY, 1.25 * radius),
            (x, y) =>
            {
                double shapeX = ((x - centreX) * cosine + (y - centreY) * sine) * stretch;
                double shapeY = (y - centreY) * cosine - (x - centreX) * sine;
                double distance = radius * PictogramShape.Distance(shape, flip ? -shapeX : shapeX, shapeY);
                return outline ? Math.Abs(distance + line) - line : distance;
            }
        );
    }

    /// <summary>Paints where the distance in pixels is negative, with edges smoothed over one pixel.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="colour">RGB, 0..1.</param>
    /// <param name="opacity">0..1.</param>
    /// <param name="bounds">A circle outside of which nothing is painted.</param>
    /// <param name="distance">Signed distance at x, y.</param>
    private static void Blend(
        double[] picture,
        double[] colour,
        double opacity,
        (double X, double Y, double Radius) bounds,
        Func<double, double, double> distance
    )
    {
        int top = (int)Math.Clamp(bounds.Y - bounds.Radius - 1, 0, Size);
        int bottom = (int)Math.Clamp(bounds.Y + bounds.Radius + 2, 0, Size);
        int left = (int)Math.Clamp(bounds.X - bounds.Radius - 1, 0, Size);
        int right = (int)Math.Clamp(bounds.X + bounds.Radius + 2, 0, Size);
        for (int y = top; y < bottom; y++)
        {
            for (int x = left; x < right; x++)
            {
                double share = opacity * Math.Clamp(0.5 - distance(x + 0.5, y + 0.5), 0, 1);
                for (int channel = 0; channel < 3 && share > 0; channel++)
                {
                    ref double value = ref picture[(y * Size + x) * 3 + channel];
                    value += share * (colour[channel] - value);
                }
            }
        }
    }

    private static double[] Colour(SeededRandom random) =>
        [random.Between(0.05, 0.95), random.Between(0.05, 0.95), random.Between(0.05, 0.95)];

    /// <summary>A colour at some distance from another.</summary>
    private static double[] DistinctColour(SeededRandom random, double[] other)
    {
        while (true)
        {
            double[] colour = Colour(random);
            double square = 0;
            for (int channel = 0; channel < 3; channel++)
            {
                square += (colour[channel] - other[channel]) * (colour[channel] - other[channel]);
            }
            if (square > 0.25 * 0.25)
            {
                return colour;
            }
        }
    }
}
