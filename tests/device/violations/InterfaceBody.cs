// expect: a method body in an interface
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
