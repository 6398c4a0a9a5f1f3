namespace System.Reflection;

/// <summary>nanoFramework's attribute, which the desktop's library lacks.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class AssemblyNativeVersionAttribute(string version) : Attribute
{
    /// <summary>Version of the native half, "major.minor.build.revision".</summary>
    public string Version { get; } = version;
}
