using Attune.Host.Data;
using Attune.Host.Import;
using Attune.Host.Model;

namespace Attune.Tests.Engine;

/// <summary>The reference networks, imported and with source statistics from a few samples; inconclusive where absent.</summary>
internal static class SharedModels
{
    private static readonly Dictionary<string, AtmFile> Models = [];

    public static string[] Names { get; } =
    ["resnet8-cifar10-int8", "vww_96_int8", "kws_ref_model", "mcunet-cifar10-int8"];

    public static AtmFile Load(string name)
    {
        if (!Models.TryGetValue(name, out AtmFile? model))
        {
            string path = SharedFolder.Require("models", name + ".tflite");
            int factor = name.StartsWith("mcunet", StringComparison.Ordinal) ? 4 : 1;
            model = TfliteImporter.Import(File.ReadAllBytes(path), new ImportOptions { InputUpsample = factor }).File;
            model = Calibrator.Calibrate(model, Noise(model, 1, 3, 0), 3, _ => { });
            Models[name] = model;
        }
        return model;
    }

    /// <summary>Samples of random values over the whole range.</summary>
    public static MemorySamples Noise(AtmFile file, int seed, int count, int classes) =>
        TinyModel.Samples(file, seed, count, classes, 128);
}
