using System.Reflection;
using System.Text;

namespace Attune.Stubs;

/// <summary>The one class of an interop assembly, as nanoFramework's metadata processor sees it.</summary>
public sealed class NativeClass
{
    private const BindingFlags Declared =
        BindingFlags.DeclaredOnly
        | BindingFlags.Public
        | BindingFlags.NonPublic
        | BindingFlags.Static
        | BindingFlags.Instance;

    /// <param name="type">The class.</param>
    /// <param name="assembly">Name of the device's assembly.</param>
    /// <param name="version">Its AssemblyNativeVersion.</param>
    /// <exception cref="StubException">A method that cannot be native.</exception>
    public NativeClass(Type type, string assembly, string version)
    {
        Assembly = assembly;
        Namespace = type.Namespace!;
        Name = type.Name;
        Version =
            System.Version.TryParse(version, out Version? parsed) && parsed.Revision >= 0
                ? parsed
                : throw new StubException($"AssemblyNativeVersion \"{version}\": four numbers, such as 1.0.0.0");
        Methods =
        [
            .. type.GetMembers(Declared)
                .OfType<MethodBase>()
                .OrderBy(Rank)
                .ThenBy(method => method.MetadataToken)
                .Select(method => IsNative(method) ? new NativeMethod((MethodInfo)method) : null),
        ];
        Checksum = Sum();
    }

    /// <summary>Name of the assembly: Attune.Kernels.</summary>
    public string Assembly { get; }

    /// <summary>Namespace of the class: Attune.Kernels.</summary>
    public string Namespace { get; }

    /// <summary>Name of the class: Native.</summary>
    public string Name { get; }

    /// <summary>The class in names of files and structures: Attune_Kernels_Native.</summary>
    public string FullName => Identifier($"{Namespace}.{Name}");

    /// <summary>Version of the native half.</summary>
    public Version Version { get; }

    /// <summary>An entry for each method, in the order of the method table; null: without native code.</summary>
    public NativeMethod?[] Methods { get; }

    /// <summary>What the firmware compares with the deployed assembly.</summary>
    public uint Checksum { get; }

    /// <summary>A dotted name as a C++ identifier.</summary>
    public static string Identifier(string name) => name.Replace('.', '_');

    /// <summary>Virtual methods come first, then those of instances, then static ones.</summary>
    private static int Rank(MethodBase method) =>
        method.IsVirtual ? 0
        : method.IsStatic ? 2
        : 1;

    private static bool IsNative(MethodBase method) =>
        (method.MethodImplementationFlags & MethodImplAttributes.InternalCall) != 0;

    /// <summary>
    /// The sum goes over assembly, class and method name of each native method and "NULL" for each other one. It starts
    /// with the name of the first native method alone: what comes before that name is not counted.
    /// </summary>
    private uint Sum()
    {
        uint sum = 0;
        bool started = false;
        foreach (NativeMethod? method in Methods)
        {
            string text = method is null ? "NULL" : method.Signature;
            if (started && method is not null)
            {
                text = Assembly + FullName + text;
            }
            if (started || method is not null)
            {
                sum = Crc(text, sum);
                started = true;
            }
        }
        return sum;
    }

    /// <summary>CRC-32 of polynomial 0x04C11DB7, most significant bit first, without initial value and complement.</summary>
    private static uint Crc(string text, uint crc)
    {
        foreach (byte value in Encoding.ASCII.GetBytes(text))
        {
            crc ^= (uint)value << 24;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 0x80000000) != 0 ? (crc << 1) ^ 0x04C11DB7 : crc << 1;
            }
        }
        return crc;
    }
}
