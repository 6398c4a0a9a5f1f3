using System.Reflection;

[assembly: AssemblyTitle("Attune.Kernels")]
[assembly: AssemblyVersion("1.0.0.0")]

// The first number is ATTUNE_VERSION of attune.h. Firmware takes no assembly of another checksum.
[assembly: AssemblyNativeVersion("5.0.0.0")]
