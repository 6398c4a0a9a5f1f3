using System.Reflection;

[assembly: AssemblyTitle("Attune.App")]
[assembly: AssemblyVersion("1.0.0.0")]
