namespace Attune.Tests.Reports;

/// <summary>Lines of results as a benchmark writes them, made up.</summary>
internal static class ResultLines
{
    /// <summary>Table 7 of two corruptions and two seeds, a curve, an ablation and the three figures.</summary>
    public static IEnumerable<string> All => [.. Table7, .. Curve, .. Ablation, .. Figures];

    /// <summary>none 0.50 and 0.30 in both seeds; attune 0.80 and 0.70, 0.01 more in seed 2.</summary>
    public static IEnumerable<string> Table7 =>
        from seed in (int[])[1, 2]
        from cell in ((string Corruption, string Method, string Accuracy, int Forwards)[])
            [
                ("fog", "none", "0.50", 0),
                ("gaussian_noise", "none", "0.30", 0),
                ("fog", "attune", seed == 1 ? "0.80" : "0.81", 200000),
                ("gaussian_noise", "attune", seed == 1 ? "0.70" : "0.71", 200000),
            ]
        select $$"""
            {"table":"7","corruption":"{{cell.Corruption}}","severity":5,"method":"{{cell.Method}}","seed":{{seed}},"accuracy":{{cell.Accuracy}},"forwards":{{cell.Forwards}},"macs":4500000000000,"peak":240000,"planned":240000,"budget":262144,"seconds":9.5,"samples":1000,"git":"abc1234","command":"attune bench table7","another key":[1,{"x":2}]}
            """;

    private static IEnumerable<string> Curve =>
        from seed in (int[])[1, 2]
        select $$"""
            {"table":"curve","corruption":"gaussian_noise","method":"attune","seed":{{seed}},"points":[[0,0.30],[1000,0.60],[50000,0.6{{7
                + seed}}],[200000,0.70]]}
            """;

    private static IEnumerable<string> Ablation =>
        from variant in (string[])
            ["", "no baseline", "a <b>bold</b> \\\"variant\\\" </script><script>alert(1)</script>"]
        select $$"""
            {"table":"ablation","corruption":"snow","severity":5,"method":"attune","variant":"{{variant}}","seed":1,"accuracy":0.7}
            """;

    private static IEnumerable<string> Figures =>
        [
            .. from layer in Enumerable.Range(1, 9)
            from method in (string[])["weights", "nodes"]
            select $$"""{"table":"figure4","method":"{{method}}","seed":1,"layer":{{layer}},"cosine":0.{{layer}}}""",
            .. from method in (string[])["weights", "nodes"]
            select $$"""{"table":"figure5","method":"{{method}}","seed":1,"values":{"cosine":0.3,"block-0":0.5} }""",
            .. from rate in (string[])["0.01", "0.1"]
            select $$"""{"table":"figure7","method":"nodes","variant":"first learning-rate={{rate}}","seed":1,"points":[[1000,1.5],[2000,{{(rate == "0.1" ? "0.9" : "1.2")}}]]}""",
        ];
}
