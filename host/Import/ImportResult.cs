using Attune.Host.Model;

namespace Attune.Host.Import;

/// <summary>An imported model and what was done to make it.</summary>
/// <param name="File">The model.</param>
/// <param name="Notes">What was dropped or differs from the file, one sentence each.</param>
/// <param name="LayerNames">Name of each layer: the one that the exporter gave to its output tensor.</param>
/// <param name="OperatorTensors">
/// For each operator of the file, in its order, the tensor of the model that holds the operator's output (a dropped
/// RESHAPE, QUANTIZE or DEQUANTIZE: its input's tensor), or -1 where the operator has no effect on the output.
/// </param>
public sealed record ImportResult(
    AtmFile File,
    IReadOnlyList<string> Notes,
    IReadOnlyList<string> LayerNames,
    IReadOnlyList<int> OperatorTensors
);
