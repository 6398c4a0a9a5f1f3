namespace Attune.Host.Bench;

/// <summary>A table or figure: the cells that it consists of.</summary>
public interface IBenchTable
{
    /// <summary>Name in commands and of the file of results: table7, figure4, curve...</summary>
    string Name { get; }

    /// <summary>One line for people.</summary>
    string Description { get; }

    /// <summary>What of the reference data its cells need: paths below the folder.</summary>
    IReadOnlyList<string> Files => BenchData.Files;

    /// <summary>The cells, in an order that keeps those that share images together; the same for the same settings.</summary>
    /// <exception cref="Commands.UsageException">The settings name what the table does not have.</exception>
    IReadOnlyList<BenchCell> Cells(BenchSettings settings);
}
