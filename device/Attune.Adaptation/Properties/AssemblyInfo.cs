using System.Reflection;

[assembly: AssemblyTitle("Attune.Adaptation")]
[assembly: AssemblyVersion("1.0.0.0")]
