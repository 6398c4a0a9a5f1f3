using System.Reflection;

[assembly: AssemblyTitle("Attune.Testing")]
[assembly: AssemblyVersion("1.0.0.0")]
