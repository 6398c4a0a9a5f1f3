using System.Reflection;

[assembly: AssemblyTitle("Attune.Training")]
[assembly: AssemblyVersion("1.0.0.0")]
