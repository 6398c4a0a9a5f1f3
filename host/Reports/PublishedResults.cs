namespace Attune.Host.Reports;

/// <summary>
/// Figures of <em>Poor Man's Training on MCUs</em> (arXiv 2411.05873) to compare with. Its network is another one (90.17 % on
/// clean images), so they say where the paper stands, not what its method would do here.
/// </summary>
public static class PublishedResults
{
    /// <summary>Name of the paper's figures in charts.</summary>
    public const string Name = "published: BP-free";

    /// <summary>Forward passes of the paper's training on one corruption (Table 5).</summary>
    public const double Forwards = 2e7;

    /// <summary>The paper's corruptions, in its order, with the accuracy in percent of its method, row "BP-free (Ours)" of
    /// Table 7; severity 5.</summary>
    public static IReadOnlyList<(string Corruption, double Percent)> Table7 { get; } =
    [
        ("gaussian_noise", 66.78),
        ("shot_noise", 66.22),
        ("impulse_noise", 61.00),
        ("speckle_noise", 67.33),
        ("gaussian_blur", 80.11),
        ("defocus_blur", 83.66),
        ("motion_blur", 81.00),
        ("zoom_blur", 86.33),
        ("fog", 78.33),
        ("brightness", 88.22),
        ("contrast", 69.78),
        ("elastic_transform", 79.56),
    ];

    /// <summary>Accuracy of the paper's method on a corruption in percent, or null.</summary>
    public static double? Percent(string corruption) =>
        Table7.Where(one => one.Corruption == corruption).Select(one => (double?)one.Percent).FirstOrDefault();
}
