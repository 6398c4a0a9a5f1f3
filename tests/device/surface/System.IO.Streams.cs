// nanoFramework.System.IO.Streams 1.1.96; references mscorlib, nanoFramework.System.Text

namespace System.IO
{
    public enum SeekOrigin
    {
        Begin = 0,
    }

    public abstract class Stream : MarshalByRefObject, IDisposable
    {
        public abstract long Length { get; }

        public abstract long Position { get; }

        public extern void Dispose();

        public abstract void Flush();

        public abstract int Read(byte[] buffer, int offset, int count);

        public abstract long Seek(long offset, SeekOrigin origin);

        public abstract void SetLength(long value);

        public abstract void Write(byte[] buffer, int offset, int count);
    }
}
