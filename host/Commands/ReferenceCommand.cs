using System.CommandLine;
using System.Diagnostics;
using Attune.Host.Baselines;
using Attune.Host.Data;
using Attune.Host.Import;
using Attune.Host.Model;
using Attune.Host.Reference;
using Attune.Host.Reference.Quantization;
using Attune.Host.Reference.Training;
using Attune.Host.Shell;

namespace Attune.Host.Commands;

/// <summary>
/// <c>attune reference MODEL --train T.ats --test V.ats</c>: the same network trained in FP32 by back-propagation, as a yardstick
/// for what a device trains in integers.
/// </summary>
public static class ReferenceCommand
{
    private static readonly Argument<string> Source = new("MODEL") { Description = ".atm or .tflite file" };
    private static readonly Option<string> Samples = new("--train", "-t")
    {
        Description = "labelled samples to train with (.ats)",
        Required = true,
    };
    private static readonly Option<string> Test = new("--test")
    {
        Description = "labelled samples to measure accuracy on (.ats)",
        Required = true,
    };
    private static readonly Option<string> Parts = new("--parts")
    {
        Description =
            "what moves: all (weights and biases), biases, biases+head (all biases, and the classifier's weights), head, or last-block (with the classifier)",
        DefaultValueFactory = _ => "all",
    };
    private static readonly Option<int> Epochs = new("--epochs")
    {
        Description = "passes over the samples, 1..100000",
        DefaultValueFactory = _ => 10,
    };
    private static readonly Option<int> Batch = new("--batch")
    {
        Description = "samples of a step, 1..65536",
        DefaultValueFactory = _ => 32,
    };
    private static readonly Option<double> Rate = new("--learning-rate")
    {
        Description = "learning rate of the first step; falls to 0 along half a cosine",
        DefaultValueFactory = _ => 0.02,
    };
    private static readonly Option<double> Momentum = new("--momentum")
    {
        Description = "momentum, 0 to below 1",
        DefaultValueFactory = _ => 0.9,
    };
    private static readonly Option<double> Decay = new("--weight-decay")
    {
        Description = "added to the gradient times the weight",
    };
    private static readonly Option<string?> Augment = new("--augment")
    {
        Description =
            "change the pictures in every epoch: flip (mirror half of them), shift=PIXELS (move them by up to so many), or both",
        HelpName = "flip,shift=2",
    };
    private static readonly Option<ulong> Seed = new("--seed")
    {
        Description = "order and changes of the samples",
        DefaultValueFactory = _ => 1,
    };
    private static readonly Option<string?> Output = new("--output", "-o")
    {
        Description = "write the trained network as an .atm model, quantized again with the training samples",
    };
    private static readonly Option<int> ThreadCount = ThreadsOption.Create();
    private static readonly Option<bool> Json = new("--json")
    {
        Description = "machine-readable result on standard output",
    };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("reference", "Trains a network in FP32 on this computer, to compare a device with")
        {
            Source,
            Samples,
            Test,
            Parts,
            Epochs,
            Batch,
            Rate,
            Momentum,
            Decay,
            Augment,
            Seed,
            Output,
            ThreadCount,
            Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        FloatBackPropagation method = Method(parsed);
        int threads = ThreadsOption.Of(parsed, ThreadCount);
        string path = parsed.GetValue(Source)!;
        AtmFile file = ModelLoader.Load(path);
        if (file.LogitsTensor < 0)
        {
            throw new DataException(
                $"{path}: gives {OutputKinds.Describe(file)}, no classes; there is no loss to train it with."
            );
        }
        if (parsed.GetValue(Output) is not null && InputFilter.Of(file) >= 0)
        {
            throw new DataException(
                $"{path}: has an input filter, which -o cannot write again; give the network without it."
            );
        }
        DequantizedSamples training = DequantizedSamples.Read(file, parsed.GetValue(Samples)!, Terminal.Note);
        DequantizedSamples test = DequantizedSamples.Read(file, parsed.GetValue(Test)!, Terminal.Note);
        RequireLabels(training, parsed.GetValue(Samples)!);
        RequireLabels(test, parsed.GetValue(Test)!);
        var watch = Stopwatch.StartNew();
        double before = FloatEvaluator.Accuracy(FloatNetwork.FromAtm(file), test, threads);
        var task = new BaselineTask
        {
            Model = file.Bytes,
            Samples = training.Quantized,
            Forwards = method.ForwardsOf(file, training.Count, parsed.GetValue(Epochs)),
            BatchSize = parsed.GetValue(Batch),
            Seed = parsed.GetValue(Seed),
            Threads = threads,
        };
        BaselineResult result = method.Run(task, state => Progress(state, test, threads, parsed.GetValue(Json)));
        FloatNetwork network = result.Model.Network!;
        double after = FloatEvaluator.Accuracy(network, test, threads);
        if (parsed.GetValue(Output) is { } target)
        {
            AtmFile trained = Quantize(file, network, training, threads);
            AtomicFile.Write(target, stream => stream.Write(trained.Bytes));
        }
        Report(parsed, before, after, result, test.Count, watch.Elapsed.TotalSeconds);
        return ExitCode.Done;
    }

    private static FloatBackPropagation Method(ParseResult parsed)
    {
        string name = parsed.GetValue(Parts)!;
        Func<AtmFile, TrainedParts> parts =
            TrainedParts.Find(name)
            ?? throw new UsageException($"--parts {name}: takes {string.Join(", ", TrainedParts.Names)}");
        Require(parsed.GetValue(Epochs) is >= 1 and <= 100_000, "--epochs takes 1..100000");
        Require(parsed.GetValue(Batch) is >= 1 and <= 65536, "--batch takes 1..65536");
        Require(parsed.GetValue(Rate) is >= 0 and <= 1_000_000, "--learning-rate takes a number from 0 to 1000000");
        Require(parsed.GetValue(Momentum) is >= 0 and < 1, "--momentum takes a number from 0 to below 1");
        Require(parsed.GetValue(Decay) is >= 0 and <= 1, "--weight-decay takes a number from 0 to 1");
        PictureAugmentation? augmentation = parsed.GetValue(Augment) is { } text
            ? PictureAugmentation.Parse(text)
                ?? throw new UsageException($"--augment {text}: takes flip, shift=1..64, or both as flip,shift=2")
            : null;
        var options = new FloatTrainingOptions
        {
            Parts = parts,
            Momentum = parsed.GetValue(Momentum),
            WeightDecay = parsed.GetValue(Decay),
            Augmentation = augmentation,
        };
        return new FloatBackPropagation(name, parsed.GetValue(Rate), options);
    }

    private static void Require(bool good, string otherwise)
    {
        if (!good)
        {
            throw new UsageException(otherwise);
        }
    }

    private static void RequireLabels(DequantizedSamples samples, string path)
    {
        if (samples.Quantized.Classes == 0)
        {
            throw new DataException($"{path}: the samples have no labels; pack them from class folders.");
        }
    }

    private static void Progress(BaselineProgress state, DequantizedSamples test, int threads, bool quiet)
    {
        if (!quiet)
        {
            double accuracy = state.Snapshot().Accuracy(test.Quantized, threads);
            Terminal.Note(FormattableString.Invariant($"step {state.Steps}: loss {state.Loss:F4}, test {accuracy:P2}"));
        }
    }

    /// <summary>The trained network as int8, with names, blocks and input of the model that it was.</summary>
    private static AtmFile Quantize(AtmFile file, FloatNetwork network, ITrainingSamples samples, int threads)
    {
        var options = new QuantizationOptions
        {
            InputScale = file.InputScale,
            InputZero = file.InputZero,
            Threads = threads,
        };
        return RandomNetwork.Describe(PostTrainingQuantizer.Quantize(network, samples, options), file);
    }

    private static void Report(
        ParseResult parsed,
        double before,
        double after,
        BaselineResult result,
        int tested,
        double seconds
    )
    {
        if (parsed.GetValue(Json))
        {
            Terminal.Json(
                new
                {
                    Parts = parsed.GetValue(Parts),
                    Before = before,
                    After = after,
                    Tested = tested,
                    result.Steps,
                    result.Forwards,
                    Seconds = seconds,
                }
            );
            return;
        }
        Console.WriteLine(
            FormattableString.Invariant(
                $"FP32, {parsed.GetValue(Parts)}: {100 * before:F2} -> {100 * after:F2} % of {tested} samples; {result.Steps} steps, {result.Forwards:N0} forwards, {seconds:F0} s"
            )
        );
    }
}
