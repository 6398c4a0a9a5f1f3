using System.Reflection;

[assembly: AssemblyTitle("Attune.Cards")]
[assembly: AssemblyVersion("1.0.0.0")]
