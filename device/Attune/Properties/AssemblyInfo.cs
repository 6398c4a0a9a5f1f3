using System.Reflection;

[assembly: AssemblyTitle("Attune")]
[assembly: AssemblyVersion("1.0.0.0")]
