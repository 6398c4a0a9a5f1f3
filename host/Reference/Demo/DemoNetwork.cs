using System.Reflection;
using Attune.Host.Model;
using Attune.Host.Reference.Quantization;
using Attune.Host.Reference.Training;

namespace Attune.Host.Reference.Demo;

/// <summary>
/// The network behind the demo: a small MobileNet with residual blocks that names the pictogram in a 32x32 RGB picture.
/// </summary>
public static class DemoNetwork
{
    /// <summary>Seed of the pictograms that the shipped network was trained on; use others for adaptation and test.</summary>
    public const ulong TrainingSeed = 1;

    private const int Relu6 = 3;
    private const int TrainingPictures = 128_000;
    private const int CalibrationPictures = 500;
    private const string Resource = "demo.atm";

    /// <summary>The shipped network: what <see cref="Train"/> makes of <see cref="TrainingSeed"/>.</summary>
    public static AtmFile Load()
    {
        using Stream stream =
            Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"this program was built without its resource {Resource}");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return AtmFile.Parse(bytes);
    }

    /// <summary>
    /// Trains the network from scratch on fresh pictograms, each seen once, and quantizes it; source statistics are those of
    /// clean pictograms. The same seed gives the same bytes for any number of threads and any vector width.
    /// </summary>
    /// <param name="seed">Of the weights at the start, the pictograms and their order.</param>
    /// <param name="threads">Threads to use.</param>
    /// <param name="progress">Called after every step, or null.</param>
    /// <param name="cancellation">Stops between steps.</param>
    public static AtmFile Train(
        ulong seed = TrainingSeed,
        int threads = 2,
        Action<TrainingProgress>? progress = null,
        CancellationToken cancellation = default
    ) => Train(seed, TrainingPictures, threads, progress, cancellation);

    /// <summary>The shipped network from scratch, with a line of progress from time to time.</summary>
    public static AtmFile Train(int threads, Action<string>? note) =>
        Train(
            TrainingSeed,
            threads,
            state =>
            {
                if (state.Step % 100 == 0 || state.Step == state.Steps)
                {
                    note?.Invoke($"step {state.Step} of {state.Steps}, loss {state.Loss:F3}");
                }
            }
        );

    /// <summary>The same with another number of training pictures.</summary>
    public static AtmFile Train(
        ulong seed,
        int pictures,
        int threads,
        Action<TrainingProgress>? progress,
        CancellationToken cancellation
    )
    {
        var network = Untrained(seed);
        var options = new SgdOptions
        {
            BatchSize = 32,
            LearningRate = 0.06,
            WarmUpSteps = 50,
            WeightDecay = 5e-5,
            Seed = seed,
            Threads = threads,
        };
        SgdTrainer.Train(network, new PictogramSource(seed, 0, pictures), options, progress, cancellation);
        return PostTrainingQuantizer.Quantize(
            network.FoldNormalization(),
            new PictogramSource(seed, pictures, CalibrationPictures),
            new QuantizationOptions { InputScale = 1f / 128, Threads = threads }
        );
    }

    /// <summary>The untrained network in FP32, with batch normalisation.</summary>
    public static FloatNetwork Untrained(ulong seed)
    {
        var builder = new FloatModelBuilder(Pictograms.Size, Pictograms.Size, 3, seed);
        int at = builder.Convolution(0, 16, 5, 2, Relu6);
        at = Bottleneck(builder, at, 32, 24, 1, false);
        at = Bottleneck(builder, at, 48, 24, 1, true);
        at = Bottleneck(builder, at, 48, 40, 2, false);
        at = Bottleneck(builder, at, 80, 40, 1, true);
        at = Bottleneck(builder, at, 80, 64, 2, false);
        at = Bottleneck(builder, at, 128, 64, 1, true);
        at = builder.Convolution(at, 128, 1, 1, Relu6);
        at = builder.GlobalAveragePool(at);
        builder.FullyConnected(at, Pictograms.Classes.Count);
        return builder.Build();
    }

    /// <summary>Expansion, depthwise convolution, linear projection and, if asked, the sum with the input.</summary>
    private static int Bottleneck(FloatModelBuilder builder, int input, int inner, int outer, int stride, bool residual)
    {
        int at = builder.Convolution(input, inner, 1, 1, Relu6);
        at = builder.Depthwise(at, 3, stride, Relu6);
        at = builder.Convolution(at, outer, 1, 1, 0);
        return residual ? builder.Add(input, at) : at;
    }
}
