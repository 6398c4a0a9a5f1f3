using Attune.Host.Commands;

namespace Attune.Tests.Commands;

/// <summary>Runs the attune command in this process, in a folder of its own, and keeps what it printed.</summary>
public sealed class CommandLine : IDisposable
{
    private static readonly Lock ConsoleLock = new();

    /// <summary>The folder; paths given to <see cref="Path"/> are inside.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("attune-test-").FullName;

    /// <summary>Standard output of the last run.</summary>
    public string Output { get; private set; } = "";

    /// <summary>Standard error of the last run.</summary>
    public string Errors { get; private set; } = "";

    /// <summary>A path inside the folder.</summary>
    public string Path(string name) => System.IO.Path.Combine(Folder, name);

    /// <summary>Runs one command line and returns its exit code.</summary>
    public int Run(params string[] arguments)
    {
        lock (ConsoleLock)
        {
            TextWriter output = Console.Out;
            TextWriter errors = Console.Error;
            using var capturedOutput = new StringWriter();
            using var capturedErrors = new StringWriter();
            Console.SetOut(capturedOutput);
            Console.SetError(capturedErrors);
            try
            {
                return CommandRunner.Run(arguments);
            }
            finally
            {
                Console.SetOut(output);
                Console.SetError(errors);
                Output = capturedOutput.ToString();
                Errors = capturedErrors.ToString();
            }
        }
    }

    /// <summary>Runs a command line that must succeed.</summary>
    public void Must(params string[] arguments)
    {
        int code = Run(arguments);
        Assert.AreEqual(0, code, $"attune {string.Join(' ', arguments)}\n{Errors}");
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
