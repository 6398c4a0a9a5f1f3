// expect: a generic type or method
namespace Attune.Device.Violations
{
    internal class Box<T>
    {
        public readonly T Content;

        public Box(T content)
        {
            Content = content;
        }
    }
}
