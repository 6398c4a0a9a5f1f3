using System.Reflection;

[assembly: AssemblyTitle("Attune.Kernels")]
[assembly: AssemblyVersion("1.0.0.0")]
[assembly: AssemblyNativeVersion("1.0.0.0")]
