using Attune.Host.Model;
using Attune.Model;

namespace Attune.Tests.Engine;

/// <summary>Which input element each weight of a layer meets at each output; nothing where it meets the padding.</summary>
internal sealed class LayerTaps(AtmFile file, int layer)
{
    private readonly int operation = file.Word(layer, RecordField.Operator);
    private readonly int channels = file.Word(layer, RecordField.OutputN + 3);
    private readonly int inputH = file.Word(layer, RecordField.InputN + 1);
    private readonly int inputW = file.Word(layer, RecordField.InputN + 2);
    private readonly int inputC = file.Word(layer, RecordField.InputN + 3);
    private readonly int outputH = file.Word(layer, RecordField.OutputN + 1);
    private readonly int outputW = file.Word(layer, RecordField.OutputN + 2);
    private readonly int groups = file.Word(layer, RecordField.Groups);

    /// <summary>Weight number and input element of every product of output position p, channel c.</summary>
    public IEnumerable<(int Weight, int Element)> Of(int p, int c)
    {
        if (operation == Operators.FullyConnected)
        {
            for (int k = 0; k < inputC; k++)
            {
                yield return (c * inputC + k, p * inputC + k);
            }
            yield break;
        }
        bool depthwise = operation == Operators.DepthwiseConv2D;
        int depth = depthwise ? 1 : inputC / groups;
        int source = depthwise ? c / groups : c / (channels / groups) * depth;
        int kernelH = file.Word(layer, RecordField.KernelH);
        int kernelW = file.Word(layer, RecordField.KernelW);
        int n = p / (outputH * outputW);
        int top = p / outputW % outputH * file.Word(layer, RecordField.StrideH) - file.Word(layer, RecordField.PadTop);
        int left = p % outputW * file.Word(layer, RecordField.StrideW) - file.Word(layer, RecordField.PadLeft);
        for (int tap = 0; tap < kernelH * kernelW; tap++)
        {
            int y = top + tap / kernelW * file.Word(layer, RecordField.DilationH);
            int x = left + tap % kernelW * file.Word(layer, RecordField.DilationW);
            for (int k = 0; k < depth && y >= 0 && y < inputH && x >= 0 && x < inputW; k++)
            {
                int weight = depthwise ? tap * channels + c : (c * kernelH * kernelW + tap) * depth + k;
                yield return (weight, ((n * inputH + y) * inputW + x) * inputC + source + k);
            }
        }
    }
}
