using System.Globalization;
using Attune.Host.Model;

namespace Attune.Host.Running;

/// <summary>What classes are called: the one place that all commands ask.</summary>
public static class ClassNames
{
    /// <summary>Names in the order of the outputs; empty: there are none.</summary>
    /// <param name="model">The model.</param>
    /// <param name="samples">Path of the samples (.ats).</param>
    public static IReadOnlyList<string> Of(AtmFile model, string samples) => [];

    /// <summary>A class in words: its name, or its number.</summary>
    public static string Name(IReadOnlyList<string> names, int number) =>
        number >= 0 && number < names.Count ? names[number] : number.ToString(CultureInfo.InvariantCulture);
}
