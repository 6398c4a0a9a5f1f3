// expect: IsExternalInit
namespace Attune.Device.Violations
{
    internal class Violation
    {
        public int Number { get; init; }
    }
}
