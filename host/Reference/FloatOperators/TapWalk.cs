namespace Attune.Host.Reference.FloatOperators;

/// <summary>
/// Walks over all output positions of a convolution or pool and, within each, over the taps of its window.
/// </summary>
internal ref struct TapWalk
{
    private readonly FloatLayer layer;
    private int sample;
    private int y;
    private int x;
    private int tapY;
    private int tapX;

    public TapWalk(FloatLayer layer)
    {
        this.layer = layer;
        tapX = -1;
    }

    /// <summary>Goes to the next tap; pixel is its input position (n * H + y) * W + x, or -1 outside the input.</summary>
    public bool Next(out int pixel)
    {
        pixel = -1;
        if (++tapX == layer.KernelWidth)
        {
            tapX = 0;
            if (++tapY == layer.KernelHeight)
            {
                tapY = 0;
                if (++x == layer.OutputShape[2])
                {
                    x = 0;
                    if (++y == layer.OutputShape[1])
                    {
                        y = 0;
                        if (++sample == layer.OutputShape[0])
                        {
                            return false;
                        }
                    }
                }
            }
        }
        int row = y * layer.StrideHeight - layer.PadTop + tapY * layer.DilationHeight;
        int column = x * layer.StrideWidth - layer.PadLeft + tapX * layer.DilationWidth;
        if ((uint)row < (uint)layer.InputShape[1] && (uint)column < (uint)layer.InputShape[2])
        {
            pixel = (sample * layer.InputShape[1] + row) * layer.InputShape[2] + column;
        }
        return true;
    }
}
