using System.Text.RegularExpressions;
using Attune.Runs;

namespace Attune.Host.Commands;

/// <summary>
/// Messages about a job speak of the keys of job.txt. Where the job comes from a command line, they must speak of its options.
/// </summary>
public static partial class OptionWords
{
    /// <summary>Runs work on a job that options describe.</summary>
    /// <exception cref="JobException">As the work says it, in words of the options.</exception>
    public static T Speak<T>(Func<T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        try
        {
            return work();
        }
        catch (JobException error)
        {
            throw new JobException(error.Fault, Of(error.Message));
        }
    }

    /// <summary>A message with <c>--key value</c> where it has <c>key = value</c>, and with <c>--key: </c> at its beginning.</summary>
    public static string Of(string message)
    {
        string named = Assignment().Replace(message, match => IsKey(match) ? $"--{match.Groups[1]} " : match.Value);
        return Beginning().Replace(named, match => IsKey(match) ? $"--{match.Value}" : match.Value);
    }

    private static bool IsKey(Match match) => JobKeys.Find(match.Groups[1].Value) is not null;

    [GeneratedRegex(@"(?<![\w-])([a-z][a-z-]*) = ")]
    private static partial Regex Assignment();

    [GeneratedRegex("^([a-z][a-z-]*)(?=: )")]
    private static partial Regex Beginning();
}
