namespace Attune.Host.Reference.Demo;

/// <summary>
/// The outlines of the ten pictograms, and of two that replace one each, as signed distances: negative inside, in units in which the shape fits a circle of
/// radius 1 around the origin; y points down.
/// </summary>
internal static class PictogramShape
{
    private const int HeartPoints = 28;

    private static readonly double[] Square = [-0.75, -0.75, 0.75, -0.75, 0.75, 0.75, -0.75, 0.75];
    private static readonly double[] Triangle = [0, -1, 0.9, 0.75, -0.9, 0.75];
    private static readonly double[] Star = StarOutline();
    private static readonly double[] Cross =
    [
        -0.3,
        -1,
        0.3,
        -1,
        0.3,
        -0.3,
        1,
        -0.3,
        1,
        0.3,
        0.3,
        0.3,
        0.3,
        1,
        -0.3,
        1,
        -0.3,
        0.3,
        -1,
        0.3,
        -1,
        -0.3,
        -0.3,
        -0.3,
    ];
    private static readonly double[] Arrow = [0, -1, 0.8, -0.1, 0.28, -0.1, 0.28, 1, -0.28, 1, -0.28, -0.1, -0.8, -0.1];
    private static readonly double[] House =
    [
        0,
        -1,
        0.95,
        -0.15,
        0.65,
        -0.15,
        0.65,
        0.85,
        0.2,
        0.85,
        0.2,
        0.3,
        -0.2,
        0.3,
        -0.2,
        0.85,
        -0.65,
        0.85,
        -0.65,
        -0.15,
        -0.95,
        -0.15,
    ];
    private static readonly double[] Heart = HeartOutline();
    private static readonly double[] Hourglass = [-0.75, -1, 0.75, -1, 0.15, 0, 0.75, 1, -0.75, 1, -0.15, 0];
    private static readonly double[] Bolt = [0.25, -1, -0.6, 0.15, -0.1, 0.15, -0.25, 1, 0.6, -0.2, 0.1, -0.2];

    /// <summary>The hourglass.</summary>
    public const int HourglassNumber = 10;

    /// <summary>The bolt.</summary>
    public const int BoltNumber = 11;

    /// <summary>Signed distance of a point to a shape: that of a class, 0..9, or another.</summary>
    public static double Distance(int shape, double x, double y) =>
        shape switch
        {
            0 => Disc(x, y, 0.85),
            1 => Polygon(Square, x, y),
            2 => Polygon(Triangle, x, y),
            3 => Polygon(Star, x, y),
            4 => Polygon(Cross, x, y),
            5 => Math.Abs(Disc(x, y, 0.72)) - 0.2,
            6 => Polygon(Arrow, x, y),
            7 => Polygon(House, x, y),
            8 => Polygon(Heart, x, y),
            HourglassNumber => Polygon(Hourglass, x, y),
            BoltNumber => Polygon(Bolt, x, y),
            _ => Math.Max(Disc(x, y, 0.9), -Disc(x - 0.45, y, 0.7)),
        };

    private static double Disc(double x, double y, double radius) => Math.Sqrt(x * x + y * y) - radius;

    /// <summary>Distance to the nearest edge, negative inside (even-odd rule); corners are x, y pairs.</summary>
    private static double Polygon(double[] corners, double x, double y)
    {
        double nearest = double.MaxValue;
        bool inside = false;
        for (int i = 0, j = corners.Length - 2; i < corners.Length; j = i, i += 2)
        {
            double edgeX = corners[j] - corners[i];
            double edgeY = corners[j + 1] - corners[i + 1];
            double toX = x - corners[i];
            double toY = y - corners[i + 1];
            double along = (toX * edgeX + toY * edgeY) / (edgeX * edgeX + edgeY * edgeY);
            along = Math.Clamp(along, 0, 1);
            double offX = toX - along * edgeX;
            double offY = toY - along * edgeY;
            nearest = Math.Min(nearest, offX * offX + offY * offY);
            if (corners[i + 1] > y != corners[j + 1] > y && toX < edgeX * toY / edgeY)
            {
                inside = !inside;
            }
        }
        return inside ? -Math.Sqrt(nearest) : Math.Sqrt(nearest);
    }

    private static double[] StarOutline()
    {
        var corners = new double[20];
        for (int i = 0; i < 10; i++)
        {
            double radius = i % 2 == 0 ? 1 : 0.45;
            corners[2 * i] = radius * PortableMath.Sin(i * Math.PI / 5);
            corners[2 * i + 1] = -radius * PortableMath.Cos(i * Math.PI / 5);
        }
        return corners;
    }

    private static double[] HeartOutline()
    {
        var corners = new double[2 * HeartPoints];
        for (int i = 0; i < HeartPoints; i++)
        {
            double angle = 2 * Math.PI * i / HeartPoints;
            double sine = PortableMath.Sin(angle);
            corners[2 * i] = 0.95 * sine * sine * sine;
            corners[2 * i + 1] =
                -(
                    13 * PortableMath.Cos(angle)
                    - 5 * PortableMath.Cos(2 * angle)
                    - 2 * PortableMath.Cos(3 * angle)
                    - PortableMath.Cos(4 * angle)
                ) / 17;
        }
        return corners;
    }
}
