namespace Attune.Host.Reports;

/// <summary>How reports call methods, corruptions and amounts, and the colours of methods.</summary>
public static class Wording
{
    private static readonly (string Key, string Text, string Color)[] Methods =
    [
        ("none", "no adaptation", "none"),
        ("align", "aligned, no labels", "align"),
        ("align-16", "aligned, 16 unlabelled images", "c6"),
        ("attune", "attune", "attune"),
        ("attune-16", "attune, 16 images", "c1"),
        ("attune-64", "attune, 64 images", "c3"),
        ("attune-256", "attune, 256 images", "c4"),
        ("paper", "the paper's method, run here", "paper-method"),
        ("paper-10", "the paper's method, 10 probes", "c2"),
        ("fp32-full", "FP32 back-propagation", "c0"),
        ("int8-full", "INT8 back-propagation", "c12"),
        ("int8-sparse", "INT8 back-propagation, sparse", "c5"),
        ("mezo", "MeZO", "c8"),
        ("deepzero", "DeepZero", "c10"),
        ("deepzero-0", "DeepZero", "c15"),
        ("deepzero-0.9", "DeepZero, 90 % sparse", "c9"),
    ];

    /// <summary>A method in words.</summary>
    public static string Method(string key) =>
        Methods.Where(one => one.Key == key).Select(one => one.Text).FirstOrDefault() ?? key;

    /// <summary>A method's own colour, or null.</summary>
    public static string? MethodColor(string key) =>
        Methods.Where(one => one.Key == key).Select(one => one.Color).FirstOrDefault();

    /// <summary>Where a method stands: none, aligned, attune... in this order, others after.</summary>
    public static int Order(string key)
    {
        int at = Array.FindIndex(Methods, one => one.Key == key);
        return at < 0 ? Methods.Length : at;
    }

    /// <summary>A corruption's name without underscores; "all" for none.</summary>
    public static string Corruption(string name) =>
        name.Length == 0 ? "all" : char.ToUpperInvariant(name[0]) + name[1..].Replace('_', ' ');

    /// <summary>An amount in thousands or millions, as on an axis: 74.8k, 20M.</summary>
    public static string Short(double value) =>
        value >= 1e6 ? $"{value / 1e6:0.##}M"
        : value >= 1e3 ? $"{value / 1e3:0.#}k"
        : $"{value:0}";

    /// <summary>A time in its largest fitting unit.</summary>
    public static string Duration(double seconds) =>
        seconds < 90 ? $"{seconds:0} s"
        : seconds < 90 * 60 ? $"{seconds / 60:0} min"
        : seconds < 48 * 3600 ? $"{seconds / 3600:0.#} h"
        : $"{seconds / 86400:0.#} days";

    /// <summary>A ratio 0..1 as a percentage.</summary>
    public static string Percent(double ratio) => ChartText.Number(100 * ratio, ChartUnit.Percent);

    /// <summary>A difference of two ratios in percentage points, with its sign.</summary>
    public static string Points(double difference) =>
        $"{(difference < -0.0005 ? "−" : "+")}{Math.Abs(100 * difference):0.0} points";
}
