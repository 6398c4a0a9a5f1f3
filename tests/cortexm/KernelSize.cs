using System.Diagnostics;
using System.Globalization;

namespace Attune.Tests.CortexM;

/// <summary>Code and stack of a source file of the library, from the compiler's own figures.</summary>
/// <param name="Name">Its path below interop-native/src.</param>
/// <param name="TextBytes">Code and constants (arm-none-eabi-size).</param>
/// <param name="FrameBytes">The largest stack frame of its functions (-fstack-usage).</param>
internal sealed record KernelSize(string Name, int TextBytes, int FrameBytes)
{
    /// <summary>All source files of the library as it was built in a folder, portable and DSP.</summary>
    public static IReadOnlyList<KernelSize> Read(string folder) =>
        [.. Read(folder, "portable"), .. Read(folder, "dsp")];

    private static IEnumerable<KernelSize> Read(string folder, string library)
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
                yield return new KernelSize(paths.GetValueOrDefault(name) + name + ".c", text, frames.GetValueOrDefault(name));
            }
        }
    }
}
