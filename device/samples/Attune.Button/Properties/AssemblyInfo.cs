using System.Reflection;

[assembly: AssemblyTitle("Attune.Button")]
[assembly: AssemblyVersion("1.0.0.0")]
