using Attune.Host.Data;
using Attune.Host.Reference.Demo;
using Attune.Tests.Data;

namespace Attune.Tests.Commands;

/// <summary>
/// Pictograms as somebody would photograph them: JPEG files of another size and shape than the network's input, held in
/// every way, in a folder for each class, with what phones and desktops leave beside them.
/// </summary>
internal static class PhoneFolder
{
    /// <summary>Height and width of the upright scene.</summary>
    private static readonly (int Height, int Width) Scene = (96, 128);

    /// <summary>Writes so many pictures of each class.</summary>
    /// <param name="root">Folder for the classes' folders.</param>
    /// <param name="each">Pictures of each class.</param>
    /// <param name="seed">Series of the pictograms.</param>
    /// <param name="rename">Names of the folders from those of the classes.</param>
    public static void Write(string root, int each, ulong seed, Func<string, string>? rename = null)
    {
        var counts = new int[Pictograms.Classes.Count];
        using var set = new PictogramSet(seed, 100 * each);
        for (int position = 0; counts.Any(count => count < each); position++)
        {
            var (image, label, _) = set.Read(position);
            if (counts[label] == each)
            {
                continue;
            }
            string name = Pictograms.Classes[label];
            string folder = Path.Combine(root, rename is null ? name : rename(name));
            Directory.CreateDirectory(folder);
            Image scene = Resize.To(image, Scene.Height, Scene.Width, ResizeFilter.Bilinear);
            File.WriteAllBytes(
                Path.Combine(folder, $"IMG_{position * 7919 % 10000:D4}.JPG"),
                Pictures.Jpeg(scene, position % 9)
            );
            counts[label]++;
        }
        Directory.CreateDirectory(Path.Combine(root, ".ipynb_checkpoints"));
        File.WriteAllBytes(Path.Combine(root, "__MACOSX.tmp"), [0]);
        File.WriteAllBytes(Path.Combine(root, Directory.GetDirectories(root).First(Visible), "._IMG_0001.JPG"), [0]);
    }

    private static bool Visible(string path) => !Path.GetFileName(path).StartsWith('.');
}
