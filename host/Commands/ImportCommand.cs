using System.CommandLine;
using Attune.Data;
using Attune.Host.Baselines;
using Attune.Host.Data;
using Attune.Host.Import;
using Attune.Host.Model;
using Attune.Host.Reference.Quantization;
using Attune.Host.Running;
using Attune.Host.Shell;
using Attune.Model;

namespace Attune.Host.Commands;

/// <summary><c>attune import net.tflite -o net.atm</c>.</summary>
public static class ImportCommand
{
    private const int DefaultFilter = 5;

    private static readonly Argument<string> Source = new("MODEL")
    {
        Description = "INT8 .tflite file (or an .atm, to calibrate it or to give it a new head)",
    };
    private static readonly Option<string> Output = new("--output", "-o")
    {
        Description = ".atm file to write",
        Required = true,
    };
    private static readonly Option<string?> Blocks = new("--blocks")
    {
        Description = "block table: ranges of weight layers such as 0-10,11-21 (default: four by depth)",
    };
    private static readonly Option<string?> Outputs = new("--outputs")
    {
        Description =
            "what the outputs are: classes, logit (one score of two classes), values, reconstruction or map (default: what the network looks like)",
    };
    private static readonly Option<string> Relu6 = new("--relu6")
    {
        Description =
            "a RELU6 of its own whose input and output differ in scale: clamp (as TensorFlow Lite Micro does) or rescale (as TensorFlow Lite defines it)",
        DefaultValueFactory = _ => "clamp",
    };
    private static readonly Option<int> InputUpsample = new("--upsample")
    {
        Description = "let the model enlarge its input by this factor itself (samples are smaller by it)",
        DefaultValueFactory = _ => 1,
    };
    private static readonly Option<string?> CalibrationSamples = new("--calibrate")
    {
        Description = "clean samples (.ats) to take the source statistics from; needed for alignment",
    };
    private static readonly Option<int> Count = new("--calibrate-count")
    {
        Description = "how many of them",
        DefaultValueFactory = _ => 500,
    };
    private static readonly Option<int?> Filter = new("--input-filter")
    {
        Description =
            "put a filter of this kernel size (3, 5 or 7; 5) in front that devices tune by themselves; needs --calibrate",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private static readonly Option<string?> Classes = new("--classes")
    {
        Description =
            "names of the classes in the order of the outputs: a file with one on each line, or a,b,c (default: those in the .tflite file's metadata)",
        HelpName = "FILE|LIST",
    };
    private static readonly Option<string?> NewHead = new("--new-head")
    {
        Description =
            "replace the classifier by a new one with random weights, to be trained for these classes: a file with one name on each line, or a,b,c",
        HelpName = "FILE|LIST",
    };
    private static readonly Option<bool> RandomWeights = new("--random-weights")
    {
        Description =
            "forget what the network has learnt: random weights, biases 0, ranges from the samples of --calibrate or from generated ones",
    };
    private static readonly Option<ulong> Seed = new("--seed")
    {
        Description = "seed of random weights",
        DefaultValueFactory = _ => 1,
    };
    private static readonly Option<string?> Range = InputRangeOption.Create();
    private static readonly Option<bool> Json = new("--json")
    {
        Description = "machine-readable result on standard output",
    };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("import", "Turns an INT8 .tflite network into an .atm model")
        {
            Source,
            Output,
            Blocks,
            Outputs,
            Relu6,
            InputUpsample,
            CalibrationSamples,
            Count,
            Filter,
            Classes,
            NewHead,
            RandomWeights,
            Seed,
            Range,
            Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string path = parsed.GetValue(Source)!;
        int kernel = Check(parsed);
        var options = new ImportOptions
        {
            Blocks = parsed.GetValue(Blocks),
            InputUpsample = parsed.GetValue(InputUpsample),
            OutputKind = KindOf(parsed),
            RescalesRelu6 = Choice(parsed, Relu6, "clamp", "rescale") == 1,
        };
        IReadOnlyList<string>? names = parsed.GetValue(Classes) is { } list ? ClassList.Read(list) : null;
        InputRange? range = InputRangeOption.Of(parsed, Range);
        var (file, notes) = Import(path, options);
        if (parsed.GetValue(NewHead) is { } tasks)
        {
            file = HeadReplacement.Replace(file, ClassList.Read(tasks), parsed.GetValue(Seed), path);
        }
        file = Describe(file, names, range, path);
        if (kernel != 0 && file.ClassCount == 0)
        {
            throw new ImportException(
                $"{path}: --input-filter needs class scores, since a device chooses its setting by how sure of them the network is, "
                    + $"and this network gives {OutputKinds.Describe(file)}; leave --input-filter out"
            );
        }
        if (kernel != 0)
        {
            file = InputFilter.Insert(file, kernel);
        }
        string? samples = parsed.GetValue(CalibrationSamples);
        if (parsed.GetValue(RandomWeights))
        {
            file = Randomize(parsed, file, samples, path);
        }
        else if (samples is not null)
        {
            file = Calibrate(file, samples, parsed.GetValue(Count));
        }
        AtomicFile.Write(parsed.GetValue(Output)!, stream => stream.Write(file.Bytes));
        Report(parsed, file, notes, kernel);
        return ExitCode.Done;
    }

    /// <summary>Refuses options that do not go together. Returns the kernel size of the input filter, 0: none.</summary>
    private static int Check(ParseResult parsed)
    {
        if (parsed.GetValue(InputUpsample) < 1 || parsed.GetValue(Count) < 1)
        {
            throw new UsageException("--upsample and --calibrate-count take 1 or more");
        }
        if (parsed.GetValue(Classes) is not null && parsed.GetValue(NewHead) is not null)
        {
            throw new UsageException("--classes and --new-head do not go together: --new-head names the classes");
        }
        int kernel = parsed.GetResult(Filter) is null ? 0 : parsed.GetValue(Filter) ?? DefaultFilter;
        if (kernel != 0 && !InputFilter.IsKernel(kernel))
        {
            throw new UsageException("--input-filter takes 3, 5 or 7");
        }
        if (kernel != 0 && parsed.GetValue(RandomWeights))
        {
            throw new UsageException("--random-weights and --input-filter do not go together: train the network first");
        }
        return kernel == 0 || parsed.GetValue(CalibrationSamples) is not null
            ? kernel
            : throw new UsageException("--input-filter needs clean samples to compare with: give --calibrate too");
    }

    /// <summary>The model with names of its classes and its input range, as far as they are given.</summary>
    /// <param name="file">The model.</param>
    /// <param name="names">Names, or null to keep the model's.</param>
    /// <param name="range">Range, or null to keep the model's.</param>
    /// <param name="path">The model's file, for messages.</param>
    /// <exception cref="DataException">They do not fit the model.</exception>
    internal static AtmFile Describe(AtmFile file, IReadOnlyList<string>? names, InputRange? range, string path)
    {
        if (names is not null && names.Count != file.ClassCount)
        {
            throw new DataException(
                file.ClassCount == 0
                    ? $"--classes: the outputs of {path} are no classes; leave the option out."
                    : $"--classes: {names.Count} names, {path} has {file.ClassCount} classes; give one name for each, in the order of the outputs."
            );
        }
        if (range is not null)
        {
            PixelQuantizer.RequireChannels(range, file.Header(HeaderField.InputC));
        }
        if (names is null && range is null)
        {
            return file;
        }
        var builder = AtmBuilder.From(file);
        builder.ClassNames = names ?? builder.ClassNames;
        builder.InputRange = range ?? builder.InputRange;
        return builder.Build();
    }

    private static void Report(ParseResult parsed, AtmFile file, IReadOnlyList<string> notes, int kernel)
    {
        var summary = new ModelSummary(file);
        ModelFacts facts = ModelFacts.Of(file);
        if (parsed.GetValue(Json))
        {
            Terminal.Json(
                new
                {
                    Model = parsed.GetValue(Output),
                    Layers = file.LayerCount,
                    summary.Parameters,
                    summary.Macs,
                    Bytes = summary.FileBytes,
                    Blocks = file.Header(HeaderField.BlockCount),
                    CalibrationSamples = file.Header(HeaderField.CalibrationSamples),
                    InputFilter = kernel,
                    facts.InputScale,
                    facts.InputZeroPoint,
                    facts.InputLow,
                    facts.InputHigh,
                    facts.InputRange,
                    facts.InputRangeDeclared,
                    facts.Outputs,
                    facts.Classes,
                    facts.ClassNames,
                    Notes = notes,
                }
            );
        }
        else
        {
            foreach (string note in notes)
            {
                Terminal.Note(note);
            }
            Console.WriteLine(
                $"{parsed.GetValue(Output)}: {file.LayerCount} layers, {summary.Parameters:N0} parameters, {summary.Macs:N0} MACs, {summary.FileBytes:N0} bytes"
            );
            foreach (string line in facts.Lines())
            {
                Console.WriteLine(line);
            }
        }
    }

    private static (AtmFile File, IReadOnlyList<string> Notes) Import(string path, ImportOptions options)
    {
        byte[] bytes = ModelLoader.Read(path);
        if (!ModelLoader.IsTflite(bytes) && bytes.AsSpan(0, Math.Min(4, bytes.Length)).SequenceEqual("ATM1"u8))
        {
            if (options.Blocks is not null || options.InputUpsample != 1 || options.OutputKind is not null)
            {
                throw new UsageException("--blocks, --outputs and --upsample need the .tflite file");
            }
            return (ModelLoader.Load(path), []);
        }
        try
        {
            ModelLoader.RequireNetwork(path, bytes);
            ImportResult result = TfliteImporter.Import(bytes, options);
            return (result.File, result.Notes);
        }
        catch (ImportException error)
        {
            throw new ImportException($"{path}: {error.Message}");
        }
    }

    private static int? KindOf(ParseResult parsed) =>
        parsed.GetValue(Outputs) is null ? null : Choice(parsed, Outputs!, [.. OutputKinds.Names]);

    /// <summary>Number of the choice that an option names.</summary>
    private static int Choice(ParseResult parsed, Option<string> option, params string[] choices)
    {
        string text = parsed.GetValue(option)!;
        int found = Array.IndexOf(choices, text);
        return found >= 0
            ? found
            : throw new UsageException($"{option.Name} {text}: takes {string.Join(", ", choices)}");
    }

    private static AtmFile Randomize(ParseResult parsed, AtmFile file, string? samples, string path)
    {
        DequantizedSamples? clean = samples is null
            ? null
            : DequantizedSamples.Read(file, samples, Terminal.Note, parsed.GetValue(Count));
        return RandomNetwork.Randomize(file, parsed.GetValue(Seed), clean, path);
    }

    private static AtmFile Calibrate(AtmFile file, string path, int count)
    {
        foreach (string suspicion in SampleCheck.Require(file, path))
        {
            Terminal.Note($"attune: {suspicion}");
        }
        using SampleFile samples = CardFolder.OpenSamples(path);
        count = Math.Min(count, samples.Count);
        return ProgressView.Run("calibrating", count, report => Calibrator.Calibrate(file, samples, count, report));
    }
}
