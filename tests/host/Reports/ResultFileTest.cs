using Attune.Host.Data;
using Attune.Host.Data.Corruptions;
using Attune.Host.Reports;
using Attune.Tests.Commands;

namespace Attune.Tests.Reports;

[TestClass]
public sealed class ResultFileTest
{
    [TestMethod]
    public void Lines_are_read_and_unknown_keys_and_repeated_lines_do_not_count()
    {
        using var line = new CommandLine();
        File.WriteAllLines(line.Path("a.jsonl"), [.. ResultLines.Table7, "", ResultLines.Table7.First()]);
        File.WriteAllLines(line.Path("b.jsonl"), ResultLines.Table7);
        var lines = ResultFile.Read([line.Path("a.jsonl"), line.Path("b.jsonl")]);
        Assert.HasCount(8, lines);
        Assert.AreEqual("fog", lines[0].Corruption);
        Assert.AreEqual(0.5, lines[0].Accuracy);
        Assert.AreEqual(262144, lines[0].Budget);
    }

    [TestMethod]
    [DataRow("""{"table":"7","accuracy":0.""", "is no JSON")]
    [DataRow("""[1]""", "is no JSON object")]
    [DataRow("""{"method":"attune"}""", "has no \"table\"")]
    [DataRow("""{"table":"7","accuracy":81.2}""", "\"accuracy\" is 81.2, not a number in 0..1")]
    [DataRow("""{"table":"7","accuracy":"0.8"}""", "\"accuracy\"")]
    [DataRow("""{"table":"7","severity":2.5}""", "not a whole number")]
    [DataRow("""{"table":"7","forwards":-1}""", "\"forwards\"")]
    [DataRow("""{"table":"7","method":{}}""", "\"method\" is no text")]
    [DataRow("""{"table":"curve","points":[[1,0.5],[2]]}""", "\"points\"")]
    [DataRow("""{"table":"curve","points":7}""", "\"points\"")]
    [DataRow("""{"table":"figure5","values":{"cosine":"high"}}""", "\"values\"")]
    public void A_bad_line_is_named_with_file_number_and_key(string text, string reason)
    {
        using var line = new CommandLine();
        File.WriteAllLines(line.Path("r.jsonl"), [ResultLines.Table7.First(), "", text]);
        Assert.AreEqual(1, line.Run("report", line.Path("r.jsonl"), "-o", line.Path("r.html")));
        StringAssert.Contains(line.Errors, "r.jsonl, line 3: ");
        StringAssert.Contains(line.Errors, reason);
        Assert.HasCount(1, line.Errors.Trim().Split('\n'));
        Assert.IsFalse(File.Exists(line.Path("r.html")));
    }

    [TestMethod]
    public void A_missing_file_is_named()
    {
        var error = Assert.ThrowsExactly<DataException>(() => ResultFile.Read(["/no/such/file.jsonl"]));
        StringAssert.Contains(error.Message, "/no/such/file.jsonl");
    }
}
