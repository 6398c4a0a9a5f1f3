// expect: a layout by offsets or sizes
// option: unsafe
namespace Attune.Device.Violations
{
    internal unsafe struct Violation
    {
        public fixed int Numbers[4];
    }
}
