// nanoFramework.CoreLibrary 1.17.11

using System.Reflection;
using System.Runtime.CompilerServices;

namespace System
{
    public class Object
    {
        public extern Object();

        public extern virtual string ToString();
    }

    public abstract class ValueType { }

    public abstract class Enum : ValueType { }

    public struct Void { }

    public struct Boolean { }

    public struct Char { }

    public struct SByte { }

    public struct Byte { }

    public struct Int16 { }

    public struct UInt16 { }

    public struct Int32
    {
        public const int MaxValue = 0x7fffffff;
    }

    public struct UInt32 { }

    public struct Int64
    {
        public const long MaxValue = 0x7fffffffffffffff;
    }

    public struct UInt64 { }

    public struct IntPtr { }

    public struct UIntPtr { }

    public struct Single { }

    public struct Double
    {
        public const double NaN = 0.0 / 0.0;

        public static extern bool IsNaN(double d);
    }

    public struct RuntimeFieldHandle { }

    public abstract class Array
    {
        public extern int Length { get; }

        public static extern void Copy(Array sourceArray, Array destinationArray, int length);

        public static extern void Copy(
            Array sourceArray,
            int sourceIndex,
            Array destinationArray,
            int destinationIndex,
            int length
        );
    }

    public static class BitConverter
    {
        public static extern byte[] GetBytes(float value);

        public static extern float ToSingle(byte[] value, int startIndex);
    }

    public delegate void Action();

    public static class Console
    {
        public static extern void WriteLine(string value);
    }

    public struct DateTime
    {
        public static readonly DateTime MinValue;

        public extern DateTime(int year, int month, int day, int hour, int minute, int second);

        public static extern DateTime UtcNow { get; }

        public extern int Hour { get; }

        public extern int Minute { get; }

        public extern int Second { get; }

        public extern long Ticks { get; }

        public extern int Year { get; }

        public extern DateTime AddMinutes(double val);

        public extern DateTime AddSeconds(double val);
    }

    public static class GC
    {
        public static extern void SuppressFinalize(object obj);

        public static extern void WaitForPendingFinalizers();
    }

    public abstract class Delegate { }

    public abstract class MulticastDelegate : Delegate { }

    public abstract class Type : MemberInfo
    {
        public static extern Type GetTypeFromHandle(RuntimeTypeHandle handle);
    }

    public struct RuntimeTypeHandle { }

    public sealed class String
    {
        private extern String();

        public extern int Length { get; }

        [IndexerName("Chars")]
        public extern char this[int index] { get; }

        public static extern bool operator ==(string a, string b);

        public static extern bool operator !=(string a, string b);

        public static extern string Concat(string str0, string str1);

        public static extern string Concat(string str0, string str1, string str2);

        public static extern string Concat(string str0, string str1, string str2, string str3);

        public static extern string Concat(params string[] values);

        public extern bool Contains(string value);

        public extern int IndexOf(char value);

        public extern int IndexOf(string value);

        public extern string[] Split(params char[] separator);

        public extern string Substring(int startIndex);

        public extern string Substring(int startIndex, int length);

        public extern string Trim();
    }

    public abstract class Attribute { }

    public class Exception
    {
        public extern Exception(string message);

        public extern virtual string Message { get; }
    }

    public class SystemException : Exception
    {
        private protected extern SystemException();
    }

    public class ArgumentException : SystemException
    {
        public extern ArgumentException(string message);
    }

    public abstract class MarshalByRefObject { }

    public class OutOfMemoryException : SystemException
    {
        private extern OutOfMemoryException();
    }

    public interface IDisposable
    {
        void Dispose();
    }

    public sealed class ParamArrayAttribute : Attribute
    {
        public extern ParamArrayAttribute();
    }
}

namespace System.Collections
{
    public class ArrayList
    {
        public extern ArrayList();

        public extern virtual int Count { get; }

        public extern virtual object this[int index] { get; }

        public extern virtual int Add(object value);

        public extern virtual void RemoveAt(int index);
    }

    public interface IEnumerable
    {
        IEnumerator GetEnumerator();
    }

    public interface IEnumerator
    {
        object Current { get; }

        bool MoveNext();
    }
}

namespace System.Reflection
{
    public sealed class AssemblyNativeVersionAttribute : Attribute
    {
        public extern AssemblyNativeVersionAttribute(string version);
    }

    public sealed class AssemblyVersionAttribute : Attribute
    {
        public extern AssemblyVersionAttribute(string version);
    }

    public sealed class DefaultMemberAttribute : Attribute
    {
        public extern DefaultMemberAttribute(string memberName);
    }

    public abstract class MemberInfo { }

    public sealed class AssemblyTitleAttribute : Attribute
    {
        public extern AssemblyTitleAttribute(string title);
    }
}

namespace System.Threading
{
    public sealed class Thread
    {
        public extern Thread(ThreadStart start);

        public extern void Start();

        public static extern void Sleep(int millisecondsTimeout);
    }

    public delegate void ThreadStart();

    public static class Timeout
    {
        public const int Infinite = -1;
    }
}

namespace System.Runtime.CompilerServices
{
    public sealed class CallerArgumentExpressionAttribute : Attribute
    {
        public extern CallerArgumentExpressionAttribute(string parameterName);
    }

    public sealed class IndexerNameAttribute : Attribute
    {
        public extern IndexerNameAttribute(string indexerName);
    }

    public static class RuntimeHelpers
    {
        public static extern void InitializeArray(Array array, RuntimeFieldHandle fldHandle);
    }

    public enum MethodImplOptions
    {
        InternalCall = 0x1000,
    }

    public sealed class MethodImplAttribute : Attribute
    {
        public extern MethodImplAttribute(MethodImplOptions methodImplOptions);
    }
}
