using System.Reflection;
using Attune.Kernels;

namespace Attune.Stubs;

/// <summary>Writes the stub files into a folder.</summary>
public static class Program
{
    /// <summary>The device's class with the version that its AssemblyInfo.cs declares.</summary>
    public static NativeClass DeviceClass()
    {
        Type type = typeof(Native);
        var version = type.Assembly.GetCustomAttribute<AssemblyNativeVersionAttribute>()!;
        return new NativeClass(
            type,
            type.Assembly.GetCustomAttribute<AssemblyTitleAttribute>()!.Title,
            version.Version
        );
    }

    /// <summary>Command line: the folder.</summary>
    public static int Main(string[] arguments)
    {
        if (arguments.Length != 1)
        {
            Console.Error.WriteLine("usage: attune-stubs FOLDER");
            return 2;
        }
        try
        {
            NativeClass native = DeviceClass();
            foreach ((string name, string text) in StubFiles.All(native))
            {
                File.WriteAllText(Path.Combine(arguments[0], name), text);
            }
            Console.WriteLine(
                $"{native.Assembly} {native.Version}: {native.Methods.Length} methods, checksum 0x{native.Checksum:X8}"
            );
            return 0;
        }
        catch (Exception exception) when (exception is StubException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine("attune-stubs: " + exception.Message);
            return 1;
        }
    }
}
