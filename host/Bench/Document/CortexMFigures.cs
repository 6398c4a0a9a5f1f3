using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Attune.Host.Data;

namespace Attune.Host.Bench.Document;

/// <summary>
/// What was counted on the emulated Cortex-M7: docs/results/cortexm.json, which nf.proj -t:CortexM writes. Every document's
/// figures of that core are made from it, so that no two differ.
/// </summary>
public sealed record CortexMFigures
{
    /// <summary>Name of the file in the folder of results.</summary>
    public const string FileName = "cortexm.json";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
    };

    /// <summary>Name of the network.</summary>
    public required string Model { get; init; }

    /// <summary>Name and version of the compiler.</summary>
    public required string Compiler { get; init; }

    /// <summary>Multiply-accumulates of an inference.</summary>
    public required long Macs { get; init; }

    /// <summary>Instructions of an inference.</summary>
    public required long Instructions { get; init; }

    /// <summary>The same by other libraries.</summary>
    public required PeerFigures Peers { get; init; }

    /// <summary>Instructions of a forward pass in which every layer with weights has probed weights.</summary>
    public required long WeightProbeInstructions { get; init; }

    /// <summary>Instructions of a forward pass in which every layer with weights has probed nodes.</summary>
    public required long NodeProbeInstructions { get; init; }

    /// <summary>A training step of all layers with one sample.</summary>
    public required StepFigures Step { get; init; }

    /// <summary>A training step of back-propagation with one sample.</summary>
    public required BackwardFigures Backward { get; init; }

    /// <summary>The network in chains, its input whole and enlarged inside.</summary>
    public required IReadOnlyList<PlannedFigures> Planned { get; init; }

    /// <summary>Bytes of code and constants of the library.</summary>
    public required int TextBytes { get; init; }

    /// <summary>Stack of the deepest layer, bytes.</summary>
    public required int StackBytes { get; init; }

    /// <summary>Single layers beside other libraries.</summary>
    public required IReadOnlyList<ShapeFigures> Shapes { get; init; }

    /// <summary>The layers of the network.</summary>
    public required IReadOnlyList<LayerFigures> Layers { get; init; }

    /// <summary>The source files of the library.</summary>
    public required IReadOnlyList<FileFigures> Files { get; init; }

    /// <summary>Instructions for each multiply-accumulate of an inference.</summary>
    public double InstructionsPerMac() => (double)Instructions / Macs;

    /// <summary>Reads the file; null where there is none.</summary>
    /// <exception cref="DataException">It is damaged.</exception>
    public static CortexMFigures? Read(string path)
    {
        try
        {
            return File.Exists(path)
                ? JsonSerializer.Deserialize<CortexMFigures>(File.ReadAllText(path), Options)
                : null;
        }
        catch (JsonException error)
        {
            throw new DataException($"{path}: {error.Message} Run 'dotnet build nf.proj -t:CortexM' to write it again");
        }
    }

    /// <summary>Writes the file.</summary>
    public void Write(string path)
    {
        string text = JsonSerializer.Serialize(this, Options) + "\n";
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }
}

/// <summary>Instructions of other libraries: CMSIS-NN, CMSIS-NN with its assembly, TinyEngine; in the unit of the place.</summary>
public sealed record PeerFigures(double Cmsis, double CmsisAssembly, double TinyEngine)
{
    /// <summary>The smallest of them.</summary>
    public double Best() => Math.Min(Cmsis, Math.Min(CmsisAssembly, TinyEngine));
}

/// <summary>Instructions of the kernels in a training step.</summary>
/// <param name="Queries">Probes of each layer.</param>
/// <param name="Forward">Forward passes.</param>
/// <param name="Other">Everything else.</param>
/// <param name="NodeGradient">Of the other: weight gradients from the nodes.</param>
/// <param name="NodeMacs">Multiply-accumulates of these gradients.</param>
public sealed record StepFigures(int Queries, long Forward, long Other, long NodeGradient, long NodeMacs);

/// <summary>An inference in chains.</summary>
/// <param name="ActivationBytes">Bytes of all activations.</param>
/// <param name="ChainMacs">Multiply-accumulates inside chains.</param>
/// <param name="Macs">All multiply-accumulates.</param>
/// <param name="Instructions">Instructions of an inference.</param>
public sealed record PlannedFigures(int ActivationBytes, long ChainMacs, long Macs, long Instructions);

/// <summary>A layer of a size that peers were counted with.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Operations">Multiply-accumulates, or elements.</param>
/// <param name="Instructions">Instructions.</param>
/// <param name="Peers">Instructions of other libraries for each operation.</param>
/// <param name="Weights">Number of weights; 0 if it has none, and then the rest is 0 too.</param>
/// <param name="ProbeInstructions">What probed weights add.</param>
/// <param name="SignInstructions">Adding a number times the signs of all weights.</param>
/// <param name="GradientInstructions">The gradient of the weights from the nodes.</param>
public sealed record ShapeFigures(
    string Name,
    long Operations,
    long Instructions,
    PeerFigures Peers,
    long Weights,
    long ProbeInstructions,
    long SignInstructions,
    long GradientInstructions
);

/// <summary>A layer of the network.</summary>
public sealed record LayerFigures(string Name, long Macs, long Instructions);

/// <summary>Code and constants, and the largest stack frame, of a source file, bytes.</summary>
public sealed record FileFigures(string Name, int TextBytes, int FrameBytes);
