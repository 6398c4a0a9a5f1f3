using Attune.Host.Model;
using Attune.Host.Reference;
using Attune.Host.Reference.Training;
using Attune.Model;

namespace Attune.Host.Baselines;

/// <summary>
/// Memory that back-propagation of chosen parameters needs on a device with one sample at a time, counted as in section 4.3 of the
/// paper (analytic memory). At every layer of the forward and of the backward pass these are in RAM together:
/// <list type="bullet">
/// <item>trained weights (int8) and biases (int32), and a float32 sum of gradients for each of them over the batch;</item>
/// <item>kept for the backward pass until it has passed: the int8 input of each layer with trained weights, the operands of layers
/// whose derivative depends on them (MUL, MAX_POOL_2D, SOFTMAX), and a bit an output that says where a clamp held;</item>
/// <item>forward: the int8 tensors still to be read; backward: the float32 gradients of tensors still to be passed on.</item>
/// </list>
/// Frozen parameters stay in flash. Layers run whole.
/// </summary>
public sealed class TrainingMemory
{
    private readonly FloatNetwork network;
    private readonly int last;
    private readonly int[] lastReader;

    /// <summary>Prepares the account of a model.</summary>
    public TrainingMemory(AtmFile file)
    {
        network = FloatNetwork.FromAtm(file, true);
        last = new IntegerParameters(file).LastLayer;
        lastReader = new int[last + 2];
        for (int layer = 0; layer <= last; layer++)
        {
            foreach (int tensor in Operands(layer))
            {
                lastReader[tensor] = layer;
            }
        }
    }

    /// <summary>Largest number of bytes in RAM at any time; with nothing trained, of inference.</summary>
    public int Peak(TrainableParameters trained)
    {
        ArgumentNullException.ThrowIfNull(trained);
        int first = last + 1;
        int resident = 0;
        for (int layer = last; layer >= 0; layer--)
        {
            int weights = trained.HasWeights(layer) ? network.Layers[layer].Weights.Length : 0;
            int biases = trained.HasBiases(layer) ? network.Layers[layer].Bias.Length : 0;
            resident += 5 * weights + 8 * biases;
            first = weights + biases > 0 ? layer : first;
        }
        int peak = 0;
        for (int layer = 0; layer <= last; layer++)
        {
            peak = Math.Max(
                peak,
                resident + Kept(trained, first, layer) + Forward(layer, KeptTensors(trained, first, layer))
            );
        }
        for (int layer = first; layer <= last; layer++)
        {
            peak = Math.Max(peak, resident + Kept(trained, first, layer) + Backward(first, layer));
        }
        return peak;
    }

    private IEnumerable<int> Operands(int layer)
    {
        yield return network.Layers[layer].Input;
        if (network.Layers[layer].Input2 >= 0)
        {
            yield return network.Layers[layer].Input2;
        }
    }

    /// <summary>Tensors kept by the layers from the first trained one to this one.</summary>
    private HashSet<int> KeptTensors(TrainableParameters trained, int first, int layer)
    {
        var kept = new HashSet<int>();
        for (int index = first; index <= layer; index++)
        {
            bool needed = network.Layers[index].HasWeights
                ? trained.HasWeights(index)
                : network.Layers[index].Operator is Operators.Mul or Operators.MaxPool2D or Operators.Softmax;
            kept.UnionWith(needed ? Operands(index) : []);
        }
        return kept;
    }

    private int Kept(TrainableParameters trained, int first, int layer)
    {
        int bytes = KeptTensors(trained, first, layer).Sum(network.TensorSize);
        for (int index = first; index <= layer && index < last; index++)
        {
            bytes += network.Layers[index].HasWeights ? (network.Layers[index].OutputCount + 7) / 8 : 0;
        }
        return bytes;
    }

    /// <summary>int8 tensors in RAM while a layer runs, but for those kept anyway.</summary>
    private int Forward(int layer, HashSet<int> kept)
    {
        int bytes = network.TensorSize(layer + 1);
        for (int tensor = 0; tensor <= layer; tensor++)
        {
            bytes += lastReader[tensor] >= layer && !kept.Contains(tensor) ? network.TensorSize(tensor) : 0;
        }
        return bytes;
    }

    /// <summary>float32 gradients in RAM while a layer is passed backward: of its output, and of earlier tensors.</summary>
    private int Backward(int first, int layer)
    {
        int bytes = 4 * network.TensorSize(layer + 1);
        for (int tensor = first + 1; tensor <= layer; tensor++)
        {
            bytes += lastReader[tensor] >= layer ? 4 * network.TensorSize(tensor) : 0;
        }
        return bytes;
    }
}
