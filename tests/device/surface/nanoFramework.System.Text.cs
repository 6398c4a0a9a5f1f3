// nanoFramework.System.Text 1.3.42; references mscorlib

namespace System.Text
{
    public abstract class Encoding
    {
        public static extern Encoding UTF8 { get; }

        public extern virtual byte[] GetBytes(string s);

        public extern virtual string GetString(byte[] bytes, int index, int count);
    }
}
