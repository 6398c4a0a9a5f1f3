namespace Attune.Host.Data;

/// <summary>How the pictures of an <see cref="ImageFolder"/> are read.</summary>
public sealed record ImageFolderOptions
{
    /// <summary>Names of the classes in the order of the labels; null: the folders' names in ordinal order.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>The form to bring all pictures to; null: they must have one size.</summary>
    public PictureForm? Form { get; init; }

    /// <summary>Whether pictures that cannot be read are left out; otherwise they are an error.</summary>
    public bool SkipsBad { get; init; }

    /// <summary>Told the number of pictures read so far; from several threads.</summary>
    public Action<int>? Progress { get; init; }
}
