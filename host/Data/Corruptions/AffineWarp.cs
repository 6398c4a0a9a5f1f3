namespace Attune.Host.Data.Corruptions;

/// <summary>A random affine map of an image, given by what it does to three points.</summary>
internal static class AffineWarp
{
    /// <summary>
    /// Moves the points (right, bottom), (right, top), (left, top) of a centred square, a third of the shorter side
    /// away from the centre, by U(-reach, reach) pixels in each coordinate, and the whole image with them. Reads
    /// bilinearly; the border is mirrored.
    /// </summary>
    public static RealImage Random(RealImage image, double reach, RandomSequence random)
    {
        int extent = Math.Min(image.Height, image.Width) / 3;
        double centreX = image.Width / 2;
        double centreY = image.Height / 2;
        double[] fromX = [centreX + extent, centreX + extent, centreX - extent];
        double[] fromY = [centreY + extent, centreY - extent, centreY - extent];
        var toX = new double[3];
        var toY = new double[3];
        for (int i = 0; i < 3; i++)
        {
            toX[i] = fromX[i] + random.Uniform(-reach, reach);
            toY[i] = fromY[i] + random.Uniform(-reach, reach);
        }
        // A pixel p of the result is to[0] + u (to[1] - to[0]) + v (to[2] - to[0]); it is read at the same u, v
        // between the original points.
        double ax = toX[1] - toX[0];
        double ay = toY[1] - toY[0];
        double bx = toX[2] - toX[0];
        double by = toY[2] - toY[0];
        double area = ax * by - ay * bx;
        if (Math.Abs(area) < 1)
        {
            // Images of a few pixels only: the three points may fall on a line, and no map leads back.
            return image;
        }
        var result = new RealImage(image.Height, image.Width, image.Channels);
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                double px = x - toX[0];
                double py = y - toY[0];
                double u = (px * by - py * bx) / area;
                double v = (ax * py - ay * px) / area;
                double sourceX = fromX[0] + u * (fromX[1] - fromX[0]) + v * (fromX[2] - fromX[0]);
                double sourceY = fromY[0] + u * (fromY[1] - fromY[0]) + v * (fromY[2] - fromY[0]);
                Filters.Bilinear(image, sourceY, sourceX, Border.Mirror, result.Values.AsSpan(result.Offset(y, x)));
            }
        }
        return result;
    }
}
