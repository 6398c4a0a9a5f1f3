using System.Runtime.InteropServices;

namespace Attune.Bench;

/// <summary>TensorFlow Lite's C library.</summary>
public sealed unsafe class TensorFlowLite
{
    private readonly nint library;

    /// <summary>Opens the shared library.</summary>
    public TensorFlowLite(string path) => library = NativeLibrary.Load(path);

    /// <summary>The library's version.</summary>
    public string Version => Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)Export("TfLiteVersion"))()) ?? "";

    /// <summary>Address of a function.</summary>
    public nint Export(string name) => NativeLibrary.GetExport(library, name);
}
