namespace Attune.Tests.Engine;

/// <summary>The kernel library and its benchmark have no circles, and their folders lean on each other one way only.</summary>
[TestClass]
public sealed class NativeStructureTest
{
    /// <summary>What a folder of interop-native/src may need beside itself; include is the API.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["include"] = [],
        ["memory"] = ["include"],
        ["core"] = ["include", "memory"],
        ["arm"] = ["include", "core"],
        ["arm/training"] = ["include", "core", "arm"],
        ["arm/backward"] = ["include", "core", "arm"],
        ["x86"] = ["include", "core"],
        ["kernels"] = ["include", "core"],
        ["layers"] = ["include", "memory", "core", "kernels", "arm", "arm/training", "arm/backward", "x86"],
        ["training"] = ["include", "memory", "core", "layers", "arm/training"],
        ["backward"] = ["include", "memory", "core", "kernels", "layers", "training"],
    };

    [TestMethod]
    public void Nothing_in_the_library_goes_round_in_a_circle()
    {
        Assert.AreEqual("", new NativeGraph(Library()).Circle());
    }

    [TestMethod]
    public void Folders_need_each_other_one_way_only()
    {
        foreach ((string unit, string needed) in new NativeGraph(Library()).Arrows)
        {
            string folder = NativeGraph.Folder(unit);
            Assert.IsTrue(Allowed.ContainsKey(folder), $"the folder {folder} has no place in the order");
            string other = NativeGraph.Folder(needed);
            Assert.IsTrue(other == folder || Allowed[folder].Contains(other), $"{unit} needs {needed}");
        }
    }

    [TestMethod]
    public void Nothing_in_the_benchmark_goes_round_in_a_circle()
    {
        Dictionary<string, string> sources = Library();
        Add(sources, "interop-native/bench", "", SearchOption.TopDirectoryOnly);
        Add(sources, "tests/native", "", SearchOption.TopDirectoryOnly);
        foreach (
            string name in sources.Keys.Where(name => name.StartsWith("test_", StringComparison.Ordinal)).ToArray()
        )
        {
            sources.Remove(name);
        }
        Assert.AreEqual("", new NativeGraph(sources).Circle());
    }

    [TestMethod]
    [DataRow("void a(void) {\n}\n", "#include \"a.h\"\n", "", "")]
    [DataRow("#include \"b.h\"\n", "#include \"a.h\"\n", "", "a -> b -> a")]
    [DataRow("void a(void) {\n    b();\n}\n", "int32_t *b(void) {\n    a();\n}\n", "", "a -> b -> a")]
    [DataRow("const table a = {\n    &b,\n};\n", "#include \"a.h\"\nconst int32_t b[2] = {0};\n", "", "a -> b -> a")]
    [DataRow("void a(void) {\n    helper();\n}\n", "void b(void) {\n    a();\n}\n", "    return b();\n", "a -> b -> a")]
    [DataRow("static void same(void) {\n}\n", "static void same(void) {\n    a_of();\n}\n", "", "")]
    public void Circles_are_found(string a, string b, string inHeader, string circle)
    {
        var sources = new Dictionary<string, string>
        {
            ["a.c"] = a,
            ["a.h"] =
                "/* b() */\nint32_t b(int32_t first,\n    int32_t second);\nstatic inline int helper(void) {\n"
                + inHeader
                + "}\n",
            ["b.c"] = b,
            ["b.h"] = "",
        };
        Assert.AreEqual(circle, new NativeGraph(sources).Circle());
    }

    private static Dictionary<string, string> Library()
    {
        if (SharedFolder.Repository is null)
        {
            Assert.Inconclusive("the sources are not at hand: the tests run outside the repository");
        }
        var sources = new Dictionary<string, string>();
        Add(sources, "interop-native/src", "", SearchOption.AllDirectories);
        Add(sources, "interop-native/include", "include/", SearchOption.AllDirectories);
        Assert.IsGreaterThan(100, sources.Count);
        return sources;
    }

    private static void Add(Dictionary<string, string> sources, string folder, string prefix, SearchOption depth)
    {
        string root = Path.Combine(SharedFolder.Repository!, folder);
        foreach (string path in Directory.GetFiles(root, "*.?", depth))
        {
            string name = Path.GetRelativePath(root, path).Replace('\\', '/');
            if (name.EndsWith(".c", StringComparison.Ordinal) || name.EndsWith(".h", StringComparison.Ordinal))
            {
                sources[prefix + name] = File.ReadAllText(path);
            }
        }
    }
}
