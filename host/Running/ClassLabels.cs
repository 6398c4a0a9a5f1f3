using System.Globalization;
using Attune.Host.Data;
using Attune.Host.Model;

namespace Attune.Host.Running;

/// <summary>What classes are called: the one place that all commands ask.</summary>
public static class ClassLabels
{
    /// <summary>Names in the order of the outputs, the model's or else the samples'; empty: there are none.</summary>
    /// <param name="model">The model.</param>
    /// <param name="samples">Path of the samples (.ats).</param>
    public static IReadOnlyList<string> Of(AtmFile model, string samples)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.ClassNames.Count > 0)
        {
            return model.ClassNames;
        }
        using SampleReader reader = SampleReader.Open(samples);
        return reader.Header.ClassNames;
    }

    /// <summary>A class in words: its name, or its number.</summary>
    public static string Name(IReadOnlyList<string> names, int number) =>
        number >= 0 && number < names.Count ? names[number] : number.ToString(CultureInfo.InvariantCulture);
}
