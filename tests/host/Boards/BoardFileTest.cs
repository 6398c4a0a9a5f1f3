using Attune.Host.Boards;
using Attune.Host.Data;

namespace Attune.Tests.Boards;

[TestClass]
public sealed class BoardFileTest
{
    private const string Good = "name = cam-1\narena = 131072\nflash = 524288\nclock = 80\n";

    [TestMethod]
    public void A_file_describes_a_board()
    {
        Board board = BoardFile.Parse(
            "# my camera\r\nname = cam-1\r\nARENA=131072 # bytes\r\nflash = 524288\r\nclock = 80\r\ncurrent = 12.5\r\nvoltage = 1.8\r\n",
            "my.board"
        );
        Assert.AreEqual("cam-1", board.Name);
        Assert.AreEqual(131072, board.ArenaBytes);
        Assert.AreEqual(524288, board.FlashBytes);
        Assert.AreEqual(80, board.MegaHertz);
        Assert.AreEqual(12.5, board.Milliamperes);
        // 10 s x 12.5 mA x 1.8 V
        Assert.AreEqual(0.225, board.Joules(10)!.Value, 1e-12);
    }

    [TestMethod]
    public void A_board_without_a_current_has_no_energy()
    {
        Board board = BoardFile.Parse(Good, "my.board");
        Assert.IsNull(board.Milliamperes);
        Assert.AreEqual(3.3, board.Volts);
        Assert.IsNull(board.Joules(10));
        Assert.IsTrue(Board.All.All(one => one.Joules(1) is null));
    }

    [TestMethod]
    [DataRow("speed", "line 5: expected 'key = value'")]
    [DataRow("curent = 3", "line 5: there is no key 'curent'; did you mean current?")]
    [DataRow("clock = 90", "line 5: 'clock' stands there twice; remove one")]
    [DataRow("current = NaN", "line 5: current = 'NaN': takes milliamperes, 0.001 to 100000")]
    [DataRow("current = 1,5", "line 5: current = '1,5': takes milliamperes")]
    [DataRow("voltage = -3", "line 5: voltage = '-3': takes volts")]
    [DataRow("voltage = 1e9", "line 5: voltage = '1e9': takes volts")]
    public void A_wrong_line_is_refused_with_its_number(string line, string expected) => Refuse(Good + line, expected);

    [TestMethod]
    [DataRow("arena = 131072", "arena = 128K", "line 2: arena = '128K': takes whole bytes, 1024 to 1073741824")]
    [DataRow("arena = 131072", "arena = 1023", "line 2: arena = '1023'")]
    [DataRow("arena = 131072", "arena = 1073741825", "line 2: arena")]
    [DataRow("clock = 80", "clock = 80.5", "line 4: clock = '80.5': takes whole MHz")]
    [DataRow("clock = 80", "", "my.board: has no line 'clock = ...'")]
    [DataRow("name = cam-1", "", "my.board: has no line 'name = ...'; needed are name, arena, flash and clock")]
    [DataRow("name = cam-1", "name = my camera", "line 1: name = 'my camera': takes 1 to 64 letters")]
    [DataRow("name = cam-1", "name = STM32F746", "line 1: name = 'STM32F746'")]
    [DataRow("name = cam-1", "name = list", "line 1: name = 'list'")]
    public void A_wrong_value_is_refused_with_what_is_expected(string text, string instead, string expected) =>
        Refuse(Good.Replace(text, instead), expected);

    [TestMethod]
    public void A_file_that_is_not_there_is_named()
    {
        var error = Assert.ThrowsExactly<DataException>(() => BoardFile.Read("nowhere.board"));
        Assert.Contains("nowhere.board: there is no such board file", error.Message);
    }

    private static void Refuse(string text, string expected)
    {
        var error = Assert.ThrowsExactly<DataException>(() => BoardFile.Parse(text, "my.board"));
        Assert.Contains(expected, error.Message);
        Assert.StartsWith("my.board: ", error.Message);
    }
}
