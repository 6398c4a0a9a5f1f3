using System.Text.Json;
using Attune.Host.Import;
using Attune.Host.Model;
using Attune.Model;
using Attune.Tests.Conformance;

namespace Attune.Tests.CortexM;

/// <summary>The reference data as files of cases.</summary>
internal static class Cases
{
    private static readonly string[] Networks =
    [
        "mcunet-cifar10-int8.json",
        "mcunet-cifar10-int8.cifar10.json",
        "resnet8-cifar10-int8.json",
        "resnet8-cifar10-int8.cifar10.json",
        "kws_ref_model.json",
        "ad01_int8.json",
        "vww_96_int8.json",
    ];

    /// <summary>Images of a golden with many that are run.</summary>
    private const int LargestCount = 10;

    /// <summary>Writes all operator cases and networks; returns how many.</summary>
    public static int Write(string path)
    {
        var file = new CaseFile();
        string folder = SharedFolder.Require("conformance");
        foreach (string name in SharedFolder.Names("conformance", "*__*.json"))
        {
            var one = new OperatorCase(Path.Combine(folder, name));
            AtmFile model = one.Model();
            file.Add(name, model, model.LayerCount - 1, one.Inputs(), [(model.LayerCount, one.Expected)]);
        }
        foreach (string name in Networks)
        {
            Golden golden = Golden.Read(SharedFolder.Require("goldens", name));
            AtmFile model = Import(golden.Model);
            foreach (JsonElement one in golden.Cases.Take(LargestCount))
            {
                var checks = new List<(int, byte[])>
                {
                    (model.Header(HeaderField.OutputTensor), Golden.Bytes(one.GetProperty("output"))),
                };
                if (one.TryGetProperty("preSoftmax", out JsonElement logits))
                {
                    checks.Add((model.LogitsTensor, Golden.Bytes(logits)));
                }
                file.Add(name, model, 0, [(0, golden.Input(one))], checks);
            }
        }
        file.Save(path);
        return file.Count;
    }

    /// <summary>Writes one case of a network, to count its layers.</summary>
    public static AtmFile WriteLayers(string path, string network)
    {
        Golden golden = Golden.Read(SharedFolder.Require("goldens", network + ".json"));
        AtmFile model = Import(golden.Model);
        var file = new CaseFile();
        file.Add(network, model, 0, [(0, golden.Input(golden.Cases[0]))], []);
        file.Save(path);
        return model;
    }

    /// <summary>
    /// Writes a network in its smallest arena. With a factor, the network takes a smaller image, every factor-th pixel of
    /// the golden's, and enlarges it itself.
    /// </summary>
    public static PlannedNetwork WritePlanned(string path, string network, int factor)
    {
        Golden golden = Golden.Read(SharedFolder.Require("goldens", network + ".json"));
        byte[] bytes = File.ReadAllBytes(SharedFolder.Require("models", golden.Model));
        AtmFile model = TfliteImporter.Import(bytes, new ImportOptions { InputUpsample = factor }).File;
        byte[] input = golden.Input(golden.Cases[0]);
        int width = model.Header(HeaderField.InputW) * factor;
        int channels = model.Header(HeaderField.InputC);
        byte[] taken =
        [
            .. input.Where((_, i) => i / channels % width % factor == 0 && i / channels / width % factor == 0),
        ];
        return PlannedFile.Write(path, model, taken);
    }

    private static AtmFile Import(string name) =>
        TfliteImporter.Import(File.ReadAllBytes(SharedFolder.Require("models", name))).File;
}
