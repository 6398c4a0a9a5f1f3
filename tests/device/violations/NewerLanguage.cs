// expect: is not available in C# 9.0
namespace Attune.Device.Violations;

internal static class Violation { }
