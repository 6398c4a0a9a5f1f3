namespace Attune.Host.Data.Corruptions;

/// <summary>A cloud by the diamond-square algorithm on a torus, rescaled to 0..1.</summary>
internal static class PlasmaFractal
{
    /// <summary>Makes a square map.</summary>
    /// <param name="extent">The map's side is the next power of two, at least 2.</param>
    /// <param name="decay">By what the range of displacements is divided from level to level, above 1.</param>
    /// <param name="random">Where the displacements come from.</param>
    /// <returns>The map row by row, and its side.</returns>
    public static (double[] Map, int Side) Make(int extent, double decay, RandomSequence random)
    {
        int side = 2;
        while (side < extent)
        {
            side *= 2;
        }
        var map = new double[side * side];
        double range = 100;
        for (int step = side; step >= 2; step /= 2)
        {
            int half = step / 2;
            // Centres of the squares, from their corners.
            Displace(map, side, step, half, half, half, diagonal: true, range, random);
            // Middles of the edges, from the corners and centres beside, above and below them.
            Displace(map, side, step, 0, half, half, diagonal: false, range, random);
            Displace(map, side, step, half, 0, half, diagonal: false, range, random);
            range /= decay;
        }
        double low = map.Min();
        double high = map.Max();
        for (int i = 0; i < map.Length; i++)
        {
            map[i] = (map[i] - low) / (high - low);
        }
        return (map, side);
    }

    /// <summary>
    /// Sets every point of the grid (top + i step, left + j step) to the mean of its four neighbours at the distance
    /// half, plus range U(-range, range): the benchmark multiplies by its range twice, so that a level's displacement
    /// falls with the square of the decay.
    /// </summary>
    private static void Displace(
        double[] map,
        int side,
        int step,
        int top,
        int left,
        int half,
        bool diagonal,
        double range,
        RandomSequence random
    )
    {
        int mask = side - 1;
        for (int y = top; y < side; y += step)
        {
            for (int x = left; x < side; x += step)
            {
                int up = ((y - half) & mask) * side;
                int down = ((y + half) & mask) * side;
                int before = (x - half) & mask;
                int behind = (x + half) & mask;
                double sum = diagonal
                    ? map[up + before] + map[up + behind] + map[down + before] + map[down + behind]
                    : map[up + x] + map[down + x] + map[y * side + before] + map[y * side + behind];
                map[y * side + x] = sum / 4 + range * random.Uniform(-range, range);
            }
        }
    }
}
