using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Attune.Host.Reference.Demo;

namespace Attune.Tests.Commands;

/// <summary>What plan, card and train advise in place of a job that does not fit does fit, with the bytes that they state.</summary>
[TestClass]
public sealed partial class PlanAdviceTest : IDisposable
{
    private static readonly string[] OfTraining =
    [
        "--layers",
        "--queries",
        "--batch",
        "--update",
        "--parts",
        "--head",
        "--optimizer",
        "--momentum",
        "--weight-layers",
    ];
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    [TestMethod]
    [DataRow("demo", "--arena 30000 --method align+zo")]
    [DataRow("demo", "--arena 41000 --method align+zo --layers all")]
    [DataRow("demo", "--arena 60000 --method zo --layers all --batch 50 --queries 50")]
    [DataRow("demo", "--arena 5000 --method align")]
    [DataRow("demo", "--arena 310000 --method zo --layers all --optimizer adam --momentum 0.5")]
    [DataRow("demo", "--arena 50000 --method align+zo --layers all --optimizer momentum")]
    [DataRow("mcunet-cifar10-int8.tflite", "--arena 60000 --method zo --layers all --optimizer adam")]
    [DataRow("demo", "--board stm32f746 --method zo --layers all --batch 200 --queries 200")]
    [DataRow("mcunet-cifar10-int8.tflite", "--arena 60000 --method zo --layers all")]
    [DataRow("mcunet-cifar10-int8.tflite", "--arena 20000 --method zo")]
    [DataRow("resnet8-cifar10-int8.tflite", "--arena 30000 --method zo")]
    [DataRow("resnet8-cifar10-int8.tflite", "--arena 90000 --method zo --layers all --update sequential --queries 40")]
    [DataRow("demo", "--arena 60000 --method learn --layers all")]
    [DataRow("demo", "--arena 100000 --method align+learn --layers all --batch 40 --optimizer adam")]
    [DataRow("demo", "--arena 30000 --method learn --layers auto")]
    [DataRow("mcunet-cifar10-int8.tflite", "--arena 262144 --method learn --layers all")]
    public void Each_line_of_advice_fits_and_needs_what_it_says(string model, string options)
    {
        string path = line.Path("net.atm");
        if (model == "demo")
        {
            File.WriteAllBytes(path, DemoNetwork.Load().Bytes);
        }
        else
        {
            path = SharedFolder.Require("models", model);
        }
        string[] given = options.Split(' ');
        Assert.AreEqual(3, line.Run(["plan", path, .. given]), line.Errors);
        Advice[] all = [.. Lines(line.Errors)];
        Assert.IsNotEmpty(all, line.Errors);
        Assert.IsTrue(all.Any(one => one.Options[0] == "--arena"), "the smallest arena is named");
        foreach (Advice one in all)
        {
            string[] arguments = Follow(given, one);
            line.Must(["plan", path, .. arguments, "--json"]);
            int planned = JsonDocument.Parse(line.Output).RootElement.GetProperty("arenaPlannedBytes").GetInt32();
            Assert.AreEqual(one.Bytes, planned, string.Join(' ', arguments));
        }
        Advice smallest = all.First(one => one.Options[0] == "--arena");
        string less = (int.Parse(smallest.Options[1], CultureInfo.InvariantCulture) - 1).ToString(
            CultureInfo.InvariantCulture
        );
        Assert.AreEqual(3, line.Run(["plan", path, .. Follow(given, smallest with { Options = ["--arena", less] })]));
    }

    [TestMethod]
    public void An_optimizer_that_does_not_fit_is_itemised_and_the_largest_that_does_is_named()
    {
        string path = line.Path("net.atm");
        File.WriteAllBytes(path, DemoNetwork.Load().Bytes);
        string[] job = ["--arena", "310000", "--method", "zo", "--layers", "all", "--optimizer", "adam"];
        Assert.AreEqual(3, line.Run(["plan", path, .. job, "--details"]));
        StringAssert.Matches(line.Output, new Regex(@"moments \(8 bytes a weight or bias\)\s+427,3"));
        var optimizers = Lines(line.Errors).Where(one => one.Options[0] == "--optimizer");
        CollectionAssert.AreEqual((string[])["momentum", "sgd"], optimizers.Select(one => one.Options[1]).ToArray());
    }

    [TestMethod]
    public void Card_and_train_advise_in_options_and_in_keys()
    {
        Running.CardInputsForTests.Write(line);
        string[] card = Running.CardInputsForTests.Arguments(line, "card");
        string[] job = ["--method", "zo", "--layers", "all", "--batch", "200", "--queries", "200"];
        Assert.AreEqual(3, line.Run([.. card, .. job]));
        StringAssert.Contains(line.Errors, "the plan needs ");
        Advice[] all = [.. Lines(line.Errors)];
        Assert.IsNotEmpty(all);
        foreach (Advice one in all)
        {
            line.Must([.. card, .. Follow(job, one), "--force"]);
            StringAssert.Contains(line.Output.Replace(",", ""), $" {one.Bytes} of ");
        }
        line.Must([.. card, .. Follow(job, all[0]), "--force"]);
        string file = line.Path("card/attune/job.txt");
        string text = File.ReadAllText(file);
        File.WriteAllText(file, text.Replace("arena = 262144", "arena = 60000"));
        Assert.AreEqual(3, line.Run("train", line.Path("card")));
        Match match = KeyLine().Match(line.Errors);
        Assert.IsTrue(match.Success, line.Errors);
        string changed = File.ReadAllText(file);
        foreach (string change in match.Groups[1].Value.Split(", "))
        {
            string key = change.Split(" = ")[0];
            changed = Regex.Replace(changed, $"(?m)^{key} = .*$", "") + change + "\n";
        }
        File.WriteAllText(file, changed.Replace("epochs = 5", "epochs = 1"));
        line.Must("train", line.Path("card"));
    }

    private static string[] Follow(string[] options, Advice advice)
    {
        var pairs = options.Chunk(2).Select(pair => (Name: pair[0], Value: pair[1])).ToList();
        pairs.RemoveAll(pair => advice.Without == "--arena" && pair.Name == "--arena");
        pairs.RemoveAll(pair => advice.Without == "the options of training" && OfTraining.Contains(pair.Name));
        foreach (string[] change in advice.Options.Chunk(2))
        {
            pairs.RemoveAll(pair => pair.Name == change[0]);
            pairs.Add((change[0], change[1]));
        }
        return [.. pairs.SelectMany(pair => (string[])[pair.Name, pair.Value])];
    }

    private static IEnumerable<Advice> Lines(string errors) =>
        OptionLine()
            .Matches(errors)
            .Select(match => new Advice(
                [.. Word().Matches(match.Groups[1].Value).Select(word => word.Value.Trim('\''))],
                match.Groups[2].Value,
                int.Parse(match.Groups[3].Value.Replace(",", ""), CultureInfo.InvariantCulture)
            ));

    [GeneratedRegex(@"(?m)^  (--.+?)(?: without (--arena|the options of training))?\s{2,}([\d,]+) bytes$")]
    private static partial Regex OptionLine();

    [GeneratedRegex(@"(?m)^  ([a-z-]+ = .+?)\s{2,}[\d,]+ bytes$")]
    private static partial Regex KeyLine();

    [GeneratedRegex(@"'[^']*'|\S+")]
    private static partial Regex Word();

    private sealed record Advice(string[] Options, string Without, int Bytes);
}
