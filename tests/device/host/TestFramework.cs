global using CleanupAttribute = Microsoft.VisualStudio.TestTools.UnitTesting.TestCleanupAttribute;
global using DataRowAttribute = Microsoft.VisualStudio.TestTools.UnitTesting.DataRowAttribute;
global using SetupAttribute = Microsoft.VisualStudio.TestTools.UnitTesting.TestInitializeAttribute;
global using TestClassAttribute = Microsoft.VisualStudio.TestTools.UnitTesting.TestClassAttribute;
global using TestMethodAttribute = Microsoft.VisualStudio.TestTools.UnitTesting.TestMethodAttribute;
using System;
using Desktop = Microsoft.VisualStudio.TestTools.UnitTesting.Assert;

namespace nanoFramework.TestFramework;

/// <summary>
/// nanoFramework's assertions on MSTest's. On the device [Setup] and [Cleanup] run once a class, here once a test, and test
/// methods run without an instance: tests keep what they share in static fields.
/// </summary>
internal static class Assert
{
    public static void AreEqual(bool expected, bool actual, string message = "") =>
        Desktop.AreEqual(expected, actual, message);

    public static void AreEqual(byte expected, byte actual, string message = "") =>
        Desktop.AreEqual(expected, actual, message);

    public static void AreEqual(char expected, char actual, string message = "") =>
        Desktop.AreEqual(expected, actual, message);

    public static void AreEqual(DateTime expected, DateTime actual, string message = "") =>
        Desktop.AreEqual(expected, actual, message);

    public static void AreEqual(double expected, double actual, string message = "") =>
        Desktop.AreEqual(expected, actual, message);

    public static void AreEqual(float expected, float actual, string message = "") =>
        Desktop.AreEqual(expected, actual, message);

    public static void AreEqual(int expected, int actual, string message = "") =>
        Desktop.AreEqual(expected, actual, message);

    public static void AreEqual(long expected, long actual, string message = "") =>
        Desktop.AreEqual(expected, actual, message);

    public static void AreEqual(object expected, object actual, string message = "") =>
        Desktop.AreEqual(expected, actual, message);

    public static void AreEqual(sbyte expected, sbyte actual, string message = "") =>
        Desktop.AreEqual(expected, actual, message);

    public static void AreEqual(short expected, short actual, string message = "") =>
        Desktop.AreEqual(expected, actual, message);

    public static void AreEqual(string expected, string actual, string message = "") =>
        Desktop.AreEqual(expected, actual, message);

    public static void AreEqual(uint expected, uint actual, string message = "") =>
        Desktop.AreEqual(expected, actual, message);

    public static void AreEqual(ulong expected, ulong actual, string message = "") =>
        Desktop.AreEqual(expected, actual, message);

    public static void AreEqual(ushort expected, ushort actual, string message = "") =>
        Desktop.AreEqual(expected, actual, message);

    public static void IsTrue(bool condition, string message = "") => Desktop.IsTrue(condition, message);

    public static void IsFalse(bool condition, string message = "") => Desktop.IsFalse(condition, message);

    public static void IsNull(object value, string message = "") => Desktop.IsNull(value, message);

    public static void IsNotNull(object value, string message = "") => Desktop.IsNotNull(value, message);

    public static void Contains(string expected, string value, string message = "") =>
        Desktop.Contains(expected, value, message);

    /// <summary>Requires an exception of exactly this type.</summary>
    public static void ThrowsException(Type exception, Action action, string message = "") =>
        Desktop.AreEqual(exception, Desktop.Throws<Exception>(action, message).GetType(), message);

    public static void SkipTest(string message = null) => Desktop.Inconclusive(message ?? "");
}
