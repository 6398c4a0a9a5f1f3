// expect: CS0518: Predefined type 'System.IEquatable`1'
// or: IsExternalInit
// or: CS0115
// or: CS0518
// or: CS0656
namespace Attune.Device.Violations
{
    internal record Point(int X, int Y);
}
