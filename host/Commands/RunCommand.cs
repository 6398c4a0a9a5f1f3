using System.CommandLine;
using Attune.Execution;
using Attune.Host.Data;
using Attune.Host.Import;
using Attune.Host.Running;
using Attune.Host.Shell;
using Attune.Memory;
using Attune.Model;

namespace Attune.Host.Commands;

/// <summary><c>attune run MODEL --input FILE --output FILE</c>: raw int8 in, raw int8 out.</summary>
public static class RunCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = ".atm or .tflite file" };
        var input = new Option<string>("--input", "-i")
        {
            Description = "raw int8 input, NHWC, several samples back to back",
            Required = true,
        };
        var output = new Option<string>("--output", "-o") { Description = "raw int8 output", Required = true };
        var threads = ThreadsOption.Create();
        var json = new Option<bool>("--json") { Description = "machine-readable result on standard output" };
        var command = new Command("run", "Runs a model on raw int8 samples") { model, input, output, threads, json };
        command.SetAction(parsed =>
        {
            Threads.Apply(ThreadsOption.Of(parsed, threads));
            byte[] bytes = ModelLoader.Load(parsed.GetValue(model)!).Bytes;
            using Arena arena = Evaluator.Load(bytes);
            var view = new QuantizedModel(arena);
            var network = new Network(arena, view, MemoryPlan.ForInference(new PlanRequest(view, arena)));
            string source = parsed.GetValue(input)!;
            using FileStream samples = File.OpenRead(source);
            int sampleBytes = view.TensorBytes(0);
            long count = samples.Length / sampleBytes;
            if (count == 0 || samples.Length % sampleBytes != 0)
            {
                throw new DataException(
                    $"{source}: has {samples.Length} bytes, which is no multiple of the model's input of {sampleBytes} bytes"
                );
            }
            int outputBytes = view.TensorBytes(view.OutputTensor);
            AtomicFile.Write(
                parsed.GetValue(output)!,
                stream => RunAll(network, samples, count, new byte[sampleBytes], new byte[outputBytes], stream)
            );
            if (parsed.GetValue(json))
            {
                Terminal.Json(
                    new
                    {
                        Samples = count,
                        InputBytes = sampleBytes,
                        OutputBytes = outputBytes,
                        ArenaPeakBytes = arena.HighWater,
                    }
                );
            }
            return ExitCode.Done;
        });
        return command;
    }

    private static void RunAll(Network network, Stream samples, long count, byte[] input, byte[] output, Stream results)
    {
        network.Use(ActivationLayout.ForInference(network.Model, network.Model.OutputTensor - 1));
        for (long index = 0; index < count; index++)
        {
            samples.ReadExactly(input);
            network.Arena.Write(network.TensorAt(0), input, 0, input.Length);
            network.Run(0, network.Model.OutputTensor - 1);
            network.Arena.Read(network.TensorAt(network.Model.OutputTensor), output, 0, output.Length);
            results.Write(output);
        }
    }
}
