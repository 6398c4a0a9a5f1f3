using Attune.Data;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Host.Running;

namespace Attune.Host.Reports;

/// <summary>The first samples of a file with what the model of each phase says of them.</summary>
internal static class PictureSection
{
    private const int Most = 12;
    private const int MostSide = 96;

    /// <summary>Makes the section; null: the samples are no images.</summary>
    /// <param name="samples">Path of the samples (.ats).</param>
    /// <param name="phases">The models to ask.</param>
    /// <param name="classes">Names of the classes; empty: the model's, or else the samples'.</param>
    /// <param name="clean">The samples before what befell them, or null.</param>
    public static ReportSection? Of(
        string samples,
        IReadOnlyList<CardPhase> phases,
        IReadOnlyList<string> classes,
        ImageSet? clean
    )
    {
        using SampleReader reader = SampleReader.Open(samples);
        SampleHeader header = reader.Header;
        if (header.Channels is not (1 or 3) || header.Height == 1 || header.Width == 1)
        {
            return null;
        }
        AtmFile model = AtmFile.Parse(phases[0].Model);
        IReadOnlyList<string>[] known = [classes, model.ClassNames, header.ClassNames];
        classes = known.FirstOrDefault(names => names.Count > 0) ?? [];
        int count = Math.Min(Most, header.Count);
        using SampleFile source = CardFolder.OpenSamples(samples);
        var said = phases
            .Select(phase => (phase.Name, Classes: Evaluator.Classify(phase.Model, source, count)))
            .ToList();
        var pictures = Enumerable
            .Range(0, count)
            .Select(index =>
            {
                Sample sample = reader.Read(index);
                List<(string, byte[])> images = [];
                if (clean is not null)
                {
                    images.Add(("clean", PictureFile.EncodePng(Small(clean.Read(index).Image))));
                }
                images.Add(("as the network sees it", PictureFile.EncodePng(Small(Picture(sample, header, model)))));
                return new ReportPicture(
                    sample.Label >= 0 ? ClassName(classes, sample.Label) : null,
                    images,
                    [.. said.Select(phase => (phase.Name, ClassName(classes, phase.Classes[index])))]
                );
            });
        string both = clean is null ? "" : " Left: before the corruption; right: what the network sees.";
        return new ReportSection(
            "What the network sees and says",
            $"The first {count} samples of {Path.GetFileName(samples)}, not chosen: the true class, and what the model of each phase says.{both}"
        )
        {
            Pictures = [.. pictures],
        };
    }

    private static string ClassName(IReadOnlyList<string> classes, int number) =>
        number < classes.Count ? classes[number] : $"class {number}";

    /// <summary>
    /// The pixels behind a sample; where the model's input range is unknown, quantized ones are shifted to 0..255.
    /// </summary>
    private static Image Picture(Sample sample, SampleHeader header, AtmFile model)
    {
        InputRange? range = model.InputRange ?? InputRange.Guess(model.InputScale, model.InputZero);
        bool known = header is { Type: SampleType.Int8, InputScale: > 0 } && range?.Fits(header.Channels) == true;
        int flip = header.Type == SampleType.Int8 ? 0x80 : 0;
        byte[] pixels = known
            ? new PixelQuantizer(range!, header.InputScale, header.InputZero).Pixels(sample.Elements, header.Channels)
            : Array.ConvertAll(sample.Elements, value => (byte)(value ^ flip));
        return new Image(header.Height, header.Width, header.Channels, pixels);
    }

    /// <summary>The image, shrunk so that a page of them stays small.</summary>
    private static Image Small(Image image)
    {
        double scale = Math.Min(1, (double)MostSide / Math.Max(image.Height, image.Width));
        int height = Math.Max(1, (int)(image.Height * scale));
        int width = Math.Max(1, (int)(image.Width * scale));
        return Resize.To(image, height, width, ResizeFilter.Box);
    }
}
