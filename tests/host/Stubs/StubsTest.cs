extern alias stubs;

using System.Text.RegularExpressions;
using stubs::Attune.Stubs;

namespace Attune.Tests.Stubs;

/// <summary>The C++ between nanoCLR and attune.h belongs to the declarations of device/Attune.Kernels.</summary>
[TestClass]
public sealed class StubsTest
{
    [TestMethod]
    public void The_stubs_in_the_tree_are_those_of_the_declarations()
    {
        if (SharedFolder.Repository is null)
        {
            Assert.Inconclusive("the sources are not at hand: the tests run outside the repository");
        }
        string folder = Path.Combine(SharedFolder.Repository!, "interop-native", "nanoclr");
        Dictionary<string, string> files = StubFiles.All(stubs::Attune.Stubs.Program.DeviceClass());
        foreach ((string name, string text) in files)
        {
            string found = File.ReadAllText(Path.Combine(folder, name)).ReplaceLineEndings("\n");
            Assert.AreEqual(text, found, $"{name} is stale: run 'dotnet build nf.proj -t:Stubs'");
        }
        string[] present =
        [
            .. Directory.GetFiles(folder, "*.cpp").Concat(Directory.GetFiles(folder, "*.h")).Select(Path.GetFileName)!,
        ];
        CollectionAssert.AreEquivalent(files.Keys, present);
    }

    [TestMethod]
    public void The_assembly_has_the_name_that_the_project_gives_it()
    {
        if (SharedFolder.Repository is null)
        {
            Assert.Inconclusive("the sources are not at hand: the tests run outside the repository");
        }
        string project = Path.Combine(SharedFolder.Repository!, "device", "Attune.Kernels", "Attune.Kernels.nfproj");
        string name = stubs::Attune.Stubs.Program.DeviceClass().Assembly;
        StringAssert.Contains(File.ReadAllText(project), $"<AssemblyName>{name}</AssemblyName>");
    }

    [TestMethod]
    public void Table_and_checksum_are_those_of_the_metadata_processor()
    {
        var native = new NativeClass(typeof(MixedMethods), "Mixed.Fixture", "1.2.3.4");
        Assert.AreEqual(0xDEE8476Du, native.Checksum);
        string table = StubFiles.All(native)["Mixed_Fixture.cpp"];
        string[] entries =
        [
            .. Regex
                .Matches(table, @"^    (NULL|Library_\w+::\w+),$", RegexOptions.Multiline)
                .Select(match => match.Groups[1].Value),
        ];
        const string type = "Library_Mixed_Fixture_Attune_Tests_Stubs_MixedMethods::";
        CollectionAssert.AreEqual(
            (string[])
                [
                    "NULL",
                    "NULL",
                    "NULL",
                    "NULL",
                    type + "First___STATIC__I8__I1__I2__U2__U8__R8",
                    type + "Second___STATIC__R4__SZARRAY_R4__I4__I4__U1",
                    "NULL",
                    type + "Third___STATIC__R8__I8__U4__SZARRAY_I2__I4__I4",
                    "NULL",
                ],
            entries
        );
        StringAssert.Contains(table, "\"Mixed.Fixture\",\n    0xDEE8476D,\n    method_lookup,\n    { 1, 2, 3, 4 }\n");
    }

    /// <summary>nanoFramework's build reads them from the source text, in this order.</summary>
    [TestMethod]
    public void The_table_names_assembly_checksum_and_version_in_this_order()
    {
        NativeClass native = stubs::Attune.Stubs.Program.DeviceClass();
        string version = native.Version.ToString().Replace(".", ", ", StringComparison.Ordinal);
        StringAssert.Contains(
            StubFiles.All(native)["Attune_Kernels.cpp"],
            "\nconst CLR_RT_NativeAssemblyData g_CLR_AssemblyNative_Attune_Kernels =\n{\n"
                + $"    \"Attune.Kernels\",\n    0x{native.Checksum:X8},\n    method_lookup,\n    {{ {version} }}\n}};\n"
        );
    }

    [TestMethod]
    [DataRow(typeof(Declarations.OtherOrder))]
    [DataRow(typeof(Declarations.OtherType))]
    [DataRow(typeof(Declarations.OtherName))]
    [DataRow(typeof(Declarations.WithManaged))]
    public void Another_order_type_or_name_gives_another_table_and_checksum(Type type)
    {
        NativeClass original = Class(typeof(Declarations.Base));
        NativeClass changed = Class(type);
        Assert.AreNotEqual(original.Checksum, changed.Checksum);
        Assert.AreNotEqual(Table(original, typeof(Declarations.Base)), Table(changed, type));
    }

    [TestMethod]
    public void Another_version_gives_another_table()
    {
        var next = new NativeClass(typeof(Declarations.Base), "Fixture", "1.0.0.1");
        Assert.AreNotEqual(
            Table(Class(typeof(Declarations.Base)), typeof(Declarations.Base)),
            Table(next, typeof(Declarations.Base))
        );
    }

    [TestMethod]
    public void Each_stub_calls_the_function_of_its_name()
    {
        string[] functions = [.. Class(typeof(Declarations.Base)).Methods.Select(method => method!.Function)];
        CollectionAssert.AreEqual((string[])["attune_open_arena", "attune_arena_words"], functions);
        CollectionAssert.AreEqual(
            (string[])["attune_crc32", "attune_loss_s32"],
            stubs::Attune
                .Stubs.Program.DeviceClass()
                .Methods.Where(method => method!.Name is "LossS32" or "Crc32")
                .Select(method => method!.Function)
                .ToArray()
        );
    }

    [TestMethod]
    [DataRow(
        typeof(Declarations.Text),
        "Text.Print: System.String cannot be passed; use numbers and arrays of numbers"
    )]
    [DataRow(
        typeof(Declarations.Reference),
        "Reference.Read: System.Int32& cannot be passed; use numbers and arrays of numbers"
    )]
    [DataRow(
        typeof(Declarations.NoResult),
        "NoResult.Close: System.Void cannot be passed; use numbers and arrays of numbers"
    )]
    [DataRow(
        typeof(Declarations.TwoDimensions),
        "TwoDimensions.Read: System.Int32[,] cannot be passed; use numbers and arrays of numbers"
    )]
    [DataRow(typeof(Declarations.ArrayResult), "ArrayResult.Read: an array cannot be returned; fill one of the caller")]
    [DataRow(typeof(Declarations.ArrayAlone), "ArrayAlone.Read: the array 'data' needs 'index, count' behind it")]
    [DataRow(typeof(Declarations.OfInstance), "OfInstance.Read: native methods are static")]
    public void Declarations_that_cannot_be_native_are_refused(Type type, string message)
    {
        Assert.AreEqual(message, Assert.ThrowsExactly<StubException>(() => Class(type)).Message);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("1.0")]
    [DataRow("1.0.0.x")]
    public void A_version_has_four_numbers(string version)
    {
        Assert.ThrowsExactly<StubException>(() => new NativeClass(typeof(Declarations.Base), "Fixture", version));
    }

    private static NativeClass Class(Type type) => new(type, "Fixture", "1.0.0.0");

    /// <summary>The method table, without the name of the class.</summary>
    private static string Table(NativeClass native, Type type) =>
        Regex.Replace(StubFiles.All(native)["Fixture.cpp"], type.Name + "|0x[0-9A-F]{8}", "");
}
