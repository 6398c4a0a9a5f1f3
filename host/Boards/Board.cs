namespace Attune.Host.Boards;

/// <summary>What a board offers to a model: arena bytes in RAM, and flash bytes for the model file.</summary>
/// <param name="Name">As given to <c>--board</c>; case does not count.</param>
/// <param name="ArenaBytes">RAM for the arena.</param>
/// <param name="FlashBytes">Flash; the model file must fit.</param>
/// <param name="MegaHertz">Core clock, for derived times.</param>
/// <param name="Description">Which board it is.</param>
public sealed record Board(string Name, int ArenaBytes, int FlashBytes, int MegaHertz, string Description)
{
    /// <summary>Supply voltage of a board that states no other, volts.</summary>
    public const double UsualVolts = 3.3;

    private const int Kilo = 1024;

    /// <summary>The profiles that ship with Attune; their supply current is not known.</summary>
    public static IReadOnlyList<Board> All { get; } =
    [
        new("stm32f746", 256 * Kilo, 1024 * Kilo, 216, "STM32F746, 256 KB of user SRAM, 1 MB of flash"),
        new("stm32h7b3", 1024 * Kilo, 2048 * Kilo, 280, "STM32H7B3, 1024 KB of user SRAM, 2 MB of flash"),
        new(
            "stm32f769i-disco",
            368 * Kilo,
            2048 * Kilo,
            216,
            "STM32F769I-DISCO, 368 KB of internal SRAM, 2 MB of flash"
        ),
    ];

    /// <summary>Supply current while it computes, milliamperes; null: not known.</summary>
    public double? Milliamperes { get; init; }

    /// <summary>Supply voltage, volts.</summary>
    public double Volts { get; init; } = UsualVolts;

    /// <summary>The profile of a name, or null.</summary>
    public static Board? Find(string name) =>
        All.FirstOrDefault(board => board.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Energy of some seconds of work, joules; null where the current is not known.</summary>
    public double? Joules(double seconds) => seconds * Milliamperes / 1000 * Volts;
}
