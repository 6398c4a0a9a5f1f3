using Attune.Host.Import;
using Attune.Host.Model;
using Attune.Host.Reference;
using Attune.Host.Reference.Training;
using Attune.Host.Running;
using Attune.Model;

namespace Attune.Tests.Reference;

[TestClass]
public sealed class ImportedModelTest
{
    private const int Images = 30;
    private const int ImageBytes = 3072;

    [TestMethod]
    public void The_real_network_of_an_imported_model_agrees_with_its_integer_kernels()
    {
        byte[] tflite = File.ReadAllBytes(SharedFolder.Require("models", "resnet8-cifar10-int8.tflite"));
        byte[] records = File.ReadAllBytes(SharedFolder.Require("data", "cifar10", "test_batch.bin"));
        AtmFile model = TfliteImporter.Import(tflite).File;
        var network = FloatNetwork.FromAtm(model);
        int logits = model.LogitsTensor;
        float scale = model.Single(logits - 1, RecordField.OutputScale);
        int zero = model.Word(logits - 1, RecordField.OutputZero);
        var pass = new BatchPass(network, 1, 1);
        using var runner = new IntegerRunner(model);
        var input = new sbyte[ImageBytes];
        var scores = new sbyte[runner.Size(logits)];
        int agree = 0;
        double squares = 0;
        for (int image = 0; image < Images; image++)
        {
            int start = image * (ImageBytes + 1) + 1;
            for (int i = 0; i < ImageBytes; i++)
            {
                input[i] = (sbyte)(records[start + i % 3 * 1024 + i / 3] - 128);
            }
            InputQuantizer.Dequantize(model, input, pass.Input(0));
            pass.Forward(1);
            runner.Run(input);
            runner.Read(logits, scores);
            agree += Array.IndexOf(scores, scores.Max()) == SoftmaxLoss.ArgMax(pass.Tensor(logits, 0)) ? 1 : 0;
            for (int i = 0; i < scores.Length; i++)
            {
                double error = Math.Clamp(pass.Tensor(logits, 0)[i] / scale + zero, -128, 127) - scores[i];
                squares += error * error;
            }
        }
        Assert.IsGreaterThanOrEqualTo(Images - 1, agree, "same class");
        Assert.IsLessThan(3, Math.Sqrt(squares / (Images * scores.Length)), "root mean square error in output steps");
    }
}
