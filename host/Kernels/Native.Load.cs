using System.Reflection;
using System.Runtime.InteropServices;

namespace Attune.Kernels;

/// <summary>
/// Finds the kernel library beside the program, in runtimes/SYSTEM/native: there a build has that of its machine and the
/// tool package one for each system. It never lies in the program's own folder, since on Windows its name, attune.dll, is
/// the program's too.
/// </summary>
public static partial class Native
{
    private static readonly string FileName =
        OperatingSystem.IsWindows() ? "attune.dll"
        : OperatingSystem.IsMacOS() ? "libattune.dylib"
        : "libattune.so";

    static Native() => NativeLibrary.SetDllImportResolver(typeof(Native).Assembly, Resolve);

    /// <summary>The places in which the library of this system can be, the likeliest first.</summary>
    /// <param name="folder">The program's folder.</param>
    public static string[] Places(string folder)
    {
        string system =
            OperatingSystem.IsWindows() ? "win"
            : OperatingSystem.IsMacOS() ? "osx"
            : "linux";
        // A runtime that a distribution has built calls the system by the distribution's name.
        string[] names = [RuntimeInformation.RuntimeIdentifier, $"{system}-{Architecture}"];
        return [.. names.Distinct().Select(name => Path.Combine(folder, "runtimes", name, "native", FileName))];
    }

    private static string Architecture => RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? search)
    {
        if (library != Library)
        {
            return 0;
        }
        string[] places = Places(AppContext.BaseDirectory);
        if (places.FirstOrDefault(File.Exists) is not { } path)
        {
            throw new FileNotFoundException(
                $"{places[0]}: this build of attune has no kernel library for {RuntimeInformation.RuntimeIdentifier}; "
                    + "build it on this machine from the sources (dotnet pack host)"
            );
        }
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            throw new FileLoadException(
                $"{path}: this system cannot load the kernel library ({error.Message.Trim()}); "
                    + "build it on this machine from the sources (dotnet pack host)"
            );
        }
    }
}
