namespace Attune.Host.Reference.FloatOperators;

/// <summary>UPSAMPLE: bilinear, half-pixel centres, edges replicated, by an integer factor.</summary>
internal static class UpsampleOperator
{
    public static void Forward(FloatLayer layer, in LayerCall call)
    {
        int channels = layer.Channels;
        call.Output.Clear();
        for (int position = 0; position < layer.Positions; position++)
        {
            var corners = new Corners(layer, position);
            var output = call.Output.Slice(position * channels, channels);
            for (int corner = 0; corner < 4; corner++)
            {
                var (pixel, weight) = corners.At(corner);
                RowMath.AddScaled(output, call.Input.Slice(pixel * channels, channels), weight);
            }
        }
    }

    public static void Backward(FloatLayer layer, in LayerCall call)
    {
        int channels = layer.Channels;
        for (int position = 0; call.InputGradient.Length > 0 && position < layer.Positions; position++)
        {
            var corners = new Corners(layer, position);
            var gradient = call.OutputGradient.Slice(position * channels, channels);
            for (int corner = 0; corner < 4; corner++)
            {
                var (pixel, weight) = corners.At(corner);
                RowMath.AddScaled(call.InputGradient.Slice(pixel * channels, channels), gradient, weight);
            }
        }
    }

    /// <summary>The four input pixels around an output position and their weights.</summary>
    private readonly ref struct Corners
    {
        private readonly int top;
        private readonly int bottom;
        private readonly int left;
        private readonly int right;
        private readonly float down;
        private readonly float across;

        public Corners(FloatLayer layer, int position)
        {
            int row = position / layer.OutputShape[2];
            int start = row / layer.OutputShape[1] * layer.InputShape[1] * layer.InputShape[2];
            int width = layer.InputShape[2];
            (int low, int high, down) = Along(row % layer.OutputShape[1], layer.OutputShape[1], layer.InputShape[1]);
            (left, right, across) = Along(position % layer.OutputShape[2], layer.OutputShape[2], width);
            top = start + low * width;
            bottom = start + high * width;
        }

        public (int Pixel, float Weight) At(int corner) =>
            (
                (corner < 2 ? top : bottom) + ((corner & 1) == 0 ? left : right),
                (corner < 2 ? 1 - down : down) * ((corner & 1) == 0 ? 1 - across : across)
            );

        private static (int Low, int High, float Fraction) Along(int coordinate, int outputs, int inputs)
        {
            float at = Math.Clamp((coordinate + 0.5f) * inputs / outputs - 0.5f, 0, inputs - 1);
            int low = (int)at;
            return (low, Math.Min(low + 1, inputs - 1), at - low);
        }
    }
}
