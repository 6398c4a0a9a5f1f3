// nanoFramework.TestFramework 3.0.80; references mscorlib

using System;

namespace nanoFramework.TestFramework
{
    public class TestClassAttribute : Attribute
    {
        public extern TestClassAttribute();
    }

    public class TestMethodAttribute : Attribute
    {
        public extern TestMethodAttribute();
    }

    public sealed class Assert
    {
        private extern Assert();

        public static extern void IsFalse(bool condition, string message = "");
    }
}
