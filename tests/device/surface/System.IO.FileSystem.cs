// nanoFramework.System.IO.FileSystem 1.1.93; references mscorlib, nanoFramework.Runtime.Events, System.IO.Streams

namespace System.IO
{
    public static class Directory
    {
        public static extern bool Exists(string path);
    }

    public sealed class DriveInfo
    {
        private extern DriveInfo();

        public extern string Name { get; }

        public static extern DriveInfo[] GetDrives();

        public static extern string[] GetFileSystems();

        public static extern void MountRemovableVolumes();
    }

    public static class File
    {
        public static extern void Delete(string path);

        public static extern bool Exists(string path);

        public static extern void Move(string sourceFileName, string destFileName);
    }

    public enum FileAccess
    {
        Read = 1,
        Write = 2,
        ReadWrite = 3,
    }

    public enum FileMode
    {
        Create = 2,
        Open = 3,
        OpenOrCreate = 4,
    }

    public class FileStream : Stream
    {
        public extern FileStream(string path, FileMode mode, FileAccess access);

        public extern override long Length { get; }

        public extern override long Position { get; }

        public extern override void Flush();

        public extern override int Read(byte[] buffer, int offset, int count);

        public extern override long Seek(long offset, SeekOrigin origin);

        public extern override void SetLength(long value);

        public extern override void Write(byte[] buffer, int offset, int count);
    }
}
