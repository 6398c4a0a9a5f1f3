using System.Text.Json;
using Attune.Host.Reference.Demo;
using Attune.Host.Running;
using Attune.Runs;

namespace Attune.Tests.Commands;

/// <summary>attune plan: what fits, what it costs, and the boards that it knows.</summary>
[TestClass]
public sealed class PlanCommandTest : IDisposable
{
    private readonly CommandLine line = new();

    public PlanCommandTest() => File.WriteAllBytes(line.Path("net.atm"), DemoNetwork.Load().Bytes);

    public void Dispose() => line.Dispose();

    [TestMethod]
    public void Totals_come_first_and_the_parts_only_with_details()
    {
        line.Must("plan", line.Path("net.atm"));
        string[] lines = line.Output.Split('\n');
        Assert.StartsWith("align on stm32f746, 216 MHz", lines[0]);
        Assert.Contains("46,224 of 262,144 bytes, fits", lines[1]);
        Assert.IsLessThan(22, lines.Length);
        Assert.DoesNotContain("kernel scratch", line.Output);
        line.Must("plan", line.Path("net.atm"), "--details");
        Assert.Contains("kernel scratch", line.Output);
    }

    [TestMethod]
    public void Every_method_has_its_time_and_energy()
    {
        line.Must("plan", line.Path("net.atm"), "--json", "--samples", "64", "--held-out", "20", "--current", "100");
        using JsonDocument document = JsonDocument.Parse(line.Output);
        JsonElement[] methods = [.. document.RootElement.GetProperty("methods").EnumerateArray()];
        CollectionAssert.AreEqual(
            (string[])["align", "zo", "align+zo", "learn", "align+learn", "hybrid", "align+hybrid", "fqt", "align+fqt"],
            methods.Select(method => method.GetProperty("method").GetString()).ToArray()
        );
        foreach (JsonElement method in methods)
        {
            double macs = method.GetProperty("macs").GetInt64();
            double seconds = method.GetProperty("estimatedSeconds").GetDouble();
            double expected = macs * StepCost.InstructionsPerMac / StepCost.InstructionsPerCycle / 216e6;
            Assert.AreEqual(expected, seconds, 1e-9 * expected);
            Assert.AreEqual(seconds * 0.33, method.GetProperty("estimatedJoules").GetDouble(), 1e-9 * seconds);
        }
        Assert.AreEqual(100, document.RootElement.GetProperty("milliamperes").GetDouble());
    }

    [TestMethod]
    public void Of_the_ways_to_learn_the_chosen_one_is_named_with_what_each_costs_and_gains()
    {
        line.Must("plan", line.Path("net.atm"), "--method", "align+auto");
        Assert.Contains("chosen: back-propagation: biases of all layers, weights of the head", line.Output);
        Assert.Contains("gain: percentage points after alignment", line.Output);
        line.Must("plan", line.Path("net.atm"), "--method", "auto", "--json");
        using JsonDocument document = JsonDocument.Parse(line.Output);
        JsonElement[] ways = [.. document.RootElement.GetProperty("methods").EnumerateArray()];
        Assert.HasCount(AutomaticChoice.Count, ways);
        Assert.AreEqual(1, ways.Count(way => way.GetProperty("chosen").GetBoolean()));
        Assert.AreEqual("learn", document.RootElement.GetProperty("method").GetString());
        Assert.AreEqual(3, line.Run("plan", line.Path("net.atm"), "--method", "auto", "--arena", "9000"));
        Assert.AreEqual(2, line.Run("plan", line.Path("net.atm"), "--method", "auto", "--batch", "3"));
        Assert.Contains("--batch: --method auto chooses it; leave it out", line.Errors);
    }

    [TestMethod]
    public void Without_a_current_there_is_no_energy_and_the_way_to_it_is_said()
    {
        line.Must("plan", line.Path("net.atm"));
        Assert.Contains("the supply current of stm32f746 is not known; give --current MILLIAMPERES", line.Output);
        line.Must("plan", line.Path("net.atm"), "--current", "100");
        Assert.Contains("Energy is that of 100 mA at 3.3 V", line.Output);
        Assert.AreEqual(2, line.Run("plan", line.Path("net.atm"), "--current", "nan"));
        Assert.AreEqual(2, line.Run("plan", line.Path("net.atm"), "--current", "0"));
        Assert.AreEqual(2, line.Run("plan", line.Path("net.atm"), "--samples", "0"));
    }

    [TestMethod]
    public void A_method_that_the_model_cannot_do_says_why()
    {
        string path = SharedFolder.Require("models", "resnet8-cifar10-int8.tflite");
        line.Must("plan", path, "--method", "zo", "--layers", "head");
        Assert.Contains("align is not possible: --method: the model has no source statistics", line.Output);
    }

    [TestMethod]
    public void The_list_of_boards_needs_nothing_else()
    {
        line.Must("plan", "--board", "list");
        Assert.Contains("stm32h7b3", line.Output);
        Assert.Contains("1,048,576", line.Output);
        Assert.Contains("280 MHz", line.Output);
        line.Must("card", "--board", "LIST", "--json");
        using JsonDocument document = JsonDocument.Parse(line.Output);
        Assert.AreEqual("stm32f746", document.RootElement[0].GetProperty("name").GetString());
    }

    [TestMethod]
    public void A_boards_name_has_no_case_and_a_wrong_one_gets_the_nearest()
    {
        line.Must("plan", line.Path("net.atm"), "--board", "STM32F769I-Disco");
        Assert.Contains("of 376,832 bytes", line.Output);
        Assert.AreEqual(2, line.Run("plan", line.Path("net.atm"), "--board", "stm32h7b"));
        Assert.Contains("did you mean stm32h7b3? Known are stm32f746, stm32h7b3, stm32f769i-disco", line.Errors);
    }

    [TestMethod]
    public void A_board_file_serves_plan_and_card()
    {
        string board = line.Path("my.board");
        File.WriteAllText(board, "name = my-cam\narena = 65536\nflash = 100000\nclock = 100\ncurrent = 50\n");
        line.Must("plan", line.Path("net.atm"), "--board", board);
        Assert.Contains("align on my-cam, 100 MHz", line.Output);
        Assert.Contains("of 65,536 bytes, fits", line.Output);
        Assert.Contains("Energy is that of 50 mA at 3.3 V", line.Output);
        line.Must("data", "pictograms", "-o", line.Path("train.ats"), "--images", "20");
        string model = line.Path("net.atm");
        string train = line.Path("train.ats");
        line.Must("card", line.Path("card"), "--model", model, "--train", train, "--board", board);
        string job = File.ReadAllText(Path.Combine(line.Path("card"), "attune", "job.txt"));
        Assert.Contains("board = my-cam\n", job);
        Assert.Contains("arena = 65536\n", job);
        File.WriteAllText(board, "name = my-cam\narena = lots\n");
        Assert.AreEqual(1, line.Run("plan", line.Path("net.atm"), "--board", board));
        Assert.Contains("my.board: line 2: arena = 'lots'", line.Errors);
    }
}
