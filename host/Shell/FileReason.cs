namespace Attune.Host.Shell;

/// <summary>Why a file operation failed, in plain words: what the runtime says of it names types and repeats paths.</summary>
public static class FileReason
{
    private const int NoSpaceLinux = 28;
    private const int QuotaLinux = 122;
    private const int FullWindows = 112;
    private const int HandleFullWindows = 39;
    private const int ReadOnlyLinux = 30;
    private const int ReadOnlyWindows = 19;

    /// <summary>The reason alone, as in "there is no such file".</summary>
    public static string Of(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error switch
        {
            FileNotFoundException => "there is no such file",
            DirectoryNotFoundException => "there is no such folder",
            PathTooLongException => "the name is too long",
            UnauthorizedAccessException => "no permission",
            _ when IsDiskFull(error) => "the disk is full",
            _ when (error.HResult & 0xFFFF) is ReadOnlyLinux or ReadOnlyWindows => "it is read-only",
            _ => FirstLine(error.Message),
        };
    }

    /// <summary>Reason and path, as in "PATH: there is no such file", for an error that nobody gave better words.</summary>
    public static string Line(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        string message = error.Message;
        int from = message.IndexOf('\'');
        int to = message.LastIndexOf('\'');
        bool runtime =
            error is UnauthorizedAccessException || error.GetType() != typeof(IOException) || IsDiskFull(error);
        if (!runtime || from < 0 || to <= from + 1)
        {
            return FirstLine(message);
        }
        string path = message[(from + 1)..to];
        return Directory.Exists(path)
            ? $"{path}: is a folder, a file is needed"
            : $"{path}: {Of(error)}{(IsDiskFull(error) ? "; free some space" : "")}";
    }

    /// <summary>Whether there was no space left.</summary>
    public static bool IsDiskFull(Exception error) =>
        error is IOException
        && (error.HResult & 0xFFFF) is NoSpaceLinux or QuotaLinux or FullWindows or HandleFullWindows;

    private static string FirstLine(string text) => text.ReplaceLineEndings(" ").TrimEnd('.', ' ');
}
