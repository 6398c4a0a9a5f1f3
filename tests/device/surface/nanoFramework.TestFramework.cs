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

        public static extern void AreEqual(int expected, int actual, string message = "");

        public static extern void AreEqual(uint expected, uint actual, string message = "");

        public static extern void AreEqual(long expected, long actual, string message = "");

        public static extern void AreEqual(float expected, float actual, string message = "");

        public static extern void AreEqual(double expected, double actual, string message = "");

        public static extern void AreEqual(string expected, string actual, string message = "");

        public static extern void IsFalse(bool condition, string message = "");

        public static extern void IsNotNull(object value, string message = "");

        public static extern void IsNull(object value, string message = "");

        public static extern void IsTrue(bool condition, string message = "");

        public static extern void ThrowsException(Type exception, Action action, string message = "");
    }
}
