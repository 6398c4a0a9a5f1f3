using Attune.Model;

namespace Attune.Host.Import;

/// <summary>Kernel windows of convolutions and pools along both axes.</summary>
internal static class Window
{
    private const int Same = 0;
    private const int Valid = 1;
    private const int Limit = 65535;

    /// <summary>Sets kernel, stride, dilation and padding of a record and returns the output's height and width.</summary>
    /// <exception cref="ImportException">A value is out of range, or the window does not fit into the input.</exception>
    public static (int Height, int Width) Set(
        int[] record,
        TfliteOperator source,
        int padding,
        (int H, int W) input,
        (int H, int W) kernel,
        (int H, int W) stride,
        (int H, int W) dilation
    )
    {
        if (padding is not (Same or Valid))
        {
            throw ImportGraph.Reject(source, $"padding {padding} is neither SAME nor VALID; export the model again");
        }
        record[RecordField.KernelH] = kernel.H;
        record[RecordField.KernelW] = kernel.W;
        record[RecordField.StrideH] = stride.H;
        record[RecordField.StrideW] = stride.W;
        record[RecordField.DilationH] = dilation.H;
        record[RecordField.DilationW] = dilation.W;
        (int height, record[RecordField.PadTop]) = Along(
            source,
            padding,
            "height",
            input.H,
            kernel.H,
            stride.H,
            dilation.H
        );
        (int width, record[RecordField.PadLeft]) = Along(
            source,
            padding,
            "width",
            input.W,
            kernel.W,
            stride.W,
            dilation.W
        );
        return (height, width);
    }

    private static (int Output, int Before) Along(
        TfliteOperator source,
        int padding,
        string axis,
        int input,
        int kernel,
        int stride,
        int dilation
    )
    {
        if (kernel is < 1 or > Limit || stride is < 1 or > Limit || dilation is < 1 or > Limit)
        {
            throw ImportGraph.Reject(
                source,
                $"kernel {kernel}, stride {stride} and dilation {dilation} along its {axis} must be 1 to {Limit}; export again"
            );
        }
        long extent = (kernel - 1L) * dilation + 1;
        long output = padding == Same ? (input + stride - 1) / stride : (input + stride - extent) / stride;
        if (output < 1 || extent > Limit || padding == Valid && extent > input)
        {
            throw ImportGraph.Reject(
                source,
                $"its window of {extent} does not fit into the input's {axis} of {input}; use a larger input or SAME padding"
            );
        }
        long total = Math.Max(0, (output - 1) * stride + extent - input);
        // VALID leaves out what does not fit, so it never pads.
        return ((int)output, padding == Same ? (int)(total / 2) : 0);
    }
}
