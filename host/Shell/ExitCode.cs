namespace Attune.Host.Shell;

/// <summary>Exit codes of the <c>attune</c> command.</summary>
public static class ExitCode
{
    /// <summary>Everything was done.</summary>
    public const int Done = 0;

    /// <summary>An input is bad; one line on standard error says why.</summary>
    public const int BadInput = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The plan does not fit the board.</summary>
    public const int DoesNotFit = 3;

    /// <summary>Interrupted; a checkpoint was left where there is something to resume.</summary>
    public const int Interrupted = 130;
}
