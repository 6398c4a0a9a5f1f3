using System.Diagnostics;
using System.Globalization;
using Attune.Host.Bench.Document;

namespace Attune.Tests.CortexM;

/// <summary>
/// Code and stack of the library's source files (their paths below interop-native/src), from the compiler's own figures: code
/// and constants by arm-none-eabi-size, the largest stack frame of a file's functions by -fstack-usage.
/// </summary>
internal static class KernelSize
{
    /// <summary>All source files of the library as it was built in a folder, portable and DSP.</summary>
    public static IReadOnlyList<FileFigures> Read(string folder) =>
        [.. Read(folder, "portable"), .. Read(folder, "dsp")];

    private static IEnumerable<FileFigures> Read(string folder, string library)
    {
        // Within a library no two source files have the same name.
        var frames = new Dictionary<string, int>();
        var paths = new Dictionary<string, string>();
        foreach (string path in Directory.EnumerateFiles(folder, "*.su", SearchOption.AllDirectories))
        {
            if (path.Contains($"{library}.dir", StringComparison.Ordinal))
            {
                // File:line:column:function, bytes, kind, separated by tabs.
                string source = Path.GetFileNameWithoutExtension(Path.GetFileNameWithoutExtension(path));
                string below = Path.GetDirectoryName(path)!.Replace('\\', '/');
                paths[source] = below[(below.LastIndexOf("/src/", StringComparison.Ordinal) + 5)..] + "/";
                frames[source] = File.ReadLines(path)
                    .Select(line => int.Parse(line.Split('\t')[1], CultureInfo.InvariantCulture))
                    .DefaultIfEmpty(0)
                    .Max();
            }
        }
        var start = new ProcessStartInfo("arm-none-eabi-size", [Path.Combine(folder, $"lib{library}.a")])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string[] lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        foreach (string line in lines.Skip(1))
        {
            string[] words = line.Split('\t', StringSplitOptions.TrimEntries);
            string name = words[^1].Split(' ')[0].Replace(".c.obj", "", StringComparison.Ordinal);
            int text = int.Parse(words[0], CultureInfo.InvariantCulture);
            if (text > 0)
            {
                yield return new FileFigures(
                    paths.GetValueOrDefault(name) + name + ".c",
                    text,
                    frames.GetValueOrDefault(name)
                );
            }
        }
    }
}
