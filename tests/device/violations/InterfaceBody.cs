// expect: CS8701
namespace Attune.Device.Violations
{
    internal interface IViolation
    {
        int Count();

        int Twice()
        {
            return 2 * Count();
        }
    }
}
