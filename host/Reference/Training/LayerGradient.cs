namespace Attune.Host.Reference.Training;

/// <summary>True gradients of one layer of an int8 model at one sample, in the units of zeroth-order estimates.</summary>
/// <param name="Loss">Softmax cross-entropy of the sample.</param>
/// <param name="Weights">d loss / d w_q: loss per unit of the int8 weight, in the weights' layout.</param>
/// <param name="Bias">d loss / d b_q: loss per unit of the int32 bias, by output channel.</param>
/// <param name="Nodes">d loss / d z_q: loss per output step of the pre-activation, N,H,W,C order; 0 where it is clamped.</param>
public sealed record LayerGradient(double Loss, float[] Weights, float[] Bias, float[] Nodes);
