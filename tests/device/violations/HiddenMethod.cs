// expect: a method that hides a virtual one
namespace Attune.Device.Violations
{
    internal class Shape
    {
        public virtual int Corners()
        {
            return 0;
        }
    }

    internal sealed class Square : Shape
    {
        public new int Corners()
        {
            return 4;
        }
    }
}
