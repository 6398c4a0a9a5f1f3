using System.ComponentModel;
using System.Diagnostics;

namespace Attune.Host.Bench;

/// <summary>Which sources a result comes from.</summary>
public static class GitState
{
    private static readonly string[] Sources = ["device", "host", "interop-native"];

    /// <summary>
    /// Short commit of the repository that the program was built in, with + if its sources differ from it; "unknown" outside of one.
    /// </summary>
    public static string Describe()
    {
        string commit = Run("rev-parse", "--short", "HEAD");
        return commit.Length == 0
            ? "unknown"
            : commit + (Run(["status", "--porcelain", "--", .. Sources]).Length > 0 ? "+" : "");
    }

    private static string Run(params string[] arguments)
    {
        string root = Repository();
        var start = new ProcessStartInfo("git", ["-C", root, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output.Trim() : "";
        }
        catch (Win32Exception)
        {
            // There is no git.
            return "";
        }
    }

    private static string Repository()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "nf.proj")))
        {
            folder = Path.GetDirectoryName(folder);
        }
        return folder ?? ".";
    }
}
