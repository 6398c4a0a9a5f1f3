using System.Xml.Linq;
using Attune.DeviceCheck;
using Attune.Tests.Docs;

namespace Attune.Tests.Packages;

/// <summary>The packages of the device's libraries say what the project files say, and hold all that a program needs.</summary>
[TestClass]
public sealed class DevicePackageTest
{
    private static readonly XNamespace Nuspec = "http://schemas.microsoft.com/packaging/2012/06/nuspec.xsd";
    private static readonly string[] Ids =
    [
        "Attune.Kernels",
        "Attune",
        "Attune.Adaptation",
        "Attune.Training",
        "Attune.Cards",
    ];

    /// <summary>Storage that fails on purpose is for tests.</summary>
    private static readonly string[] NotPackaged = ["Attune.Testing"];

    private static DeviceProject[] Libraries =>
        [
            .. DeviceProject
                .FindAll(Documents.Root, "device", "device/samples", "tests/device")
                .Where(project => project.Path.StartsWith("device/") && !project.Options.IsProgram)
                .Where(project => !NotPackaged.Contains(project.Name)),
        ];

    [TestMethod]
    public void Each_library_has_a_package()
    {
        CollectionAssert.AreEquivalent(Ids, Libraries.Select(library => library.Name).ToArray());
        string list = Documents.Read("nf.proj");
        Assert.Contains($"<DeviceLibrary Include=\"{string.Join(';', Ids)}\" />", list);
    }

    [TestMethod]
    public void A_package_depends_on_what_the_project_refers_to()
    {
        foreach (DeviceProject library in Libraries)
        {
            string folder = Path.Combine(Documents.Root, Path.GetDirectoryName(library.Path)!);
            string[] expected =
            [
                .. XElement
                    .Load(Path.Combine(folder, "packages.config"))
                    .Elements("package")
                    .Select(package => $"{(string)package.Attribute("id")!} {(string)package.Attribute("version")!}"),
                .. library.Projects.Select(name => $"{name} [$version$]"),
            ];
            XElement nuspec = XElement.Load(Path.Combine(folder, library.Name + ".nuspec"));
            string[] dependencies =
            [
                .. nuspec
                    .Descendants(Nuspec + "dependency")
                    .Select(entry => $"{(string)entry.Attribute("id")!} {(string)entry.Attribute("version")!}"),
            ];
            CollectionAssert.AreEquivalent(expected, dependencies, library.Name);
            Assert.AreEqual("$version$", nuspec.Descendants(Nuspec + "version").Single().Value);
        }
    }

    [TestMethod]
    [DataRow("Attune.Kernels")]
    [DataRow("Attune")]
    [DataRow("Attune.Adaptation")]
    [DataRow("Attune.Training")]
    [DataRow("Attune.Cards")]
    public void A_package_has_the_version_and_says_how_it_is_used(string id)
    {
        using var package = PackageFile.Open(id);
        Assert.AreEqual(PackageFile.Version, package.Value("version"));
        foreach (
            XElement dependency in package.Nuspec.Descendants().Where(element => element.Name.LocalName == "dependency")
        )
        {
            if (Ids.Contains((string)dependency.Attribute("id")!))
            {
                Assert.AreEqual($"[{PackageFile.Version}]", (string)dependency.Attribute("version")!);
            }
        }
        foreach (string name in (string[])["LICENSE", "readme.txt", "docs/" + "README.md", $"src/{id}/packages.config"])
        {
            Assert.Contains(name, package.Names);
        }
    }

    [TestMethod]
    public void The_package_of_the_kernels_has_all_that_a_firmware_needs()
    {
        using var package = PackageFile.Open("Attune.Kernels");
        string native = Path.Combine(Documents.Root, "interop-native");
        string[] expected =
        [
            .. (string[])
                [
                    .. Directory.GetFiles(Path.Combine(native, "src"), "*", SearchOption.AllDirectories),
                    .. Directory.GetFiles(Path.Combine(native, "include")),
                    .. Directory
                        .GetFiles(Path.Combine(native, "nanoclr"))
                        .Where(path => Path.GetExtension(path) is ".cpp" or ".h" or ".cmake"),
                ],
        ];
        Assert.IsGreaterThan(100, expected.Length);
        foreach (string path in expected)
        {
            Assert.Contains(
                "interop/" + Path.GetRelativePath(native, path).Replace('\\', '/'),
                package.Names,
                PackageFile.Stale
            );
        }
        string stubs = Documents.Read("interop-native/nanoclr/Attune_Kernels.cpp");
        string description = package.Value("description");
        string checksum = description.Split("checksum ")[1].TrimEnd('.');
        Assert.Contains(checksum, stubs, PackageFile.Stale);
        Assert.HasCount("0x00000000".Length, checksum.ToCharArray());
    }

    /// <summary>From nothing but the packages, each as NuGet unpacks it beside a solution.</summary>
    [TestMethod]
    public void The_packages_together_compile()
    {
        string folder = Directory.CreateTempSubdirectory("attune-packages").FullName;
        try
        {
            foreach (string id in Ids)
            {
                using var package = PackageFile.Open(id);
                package.Install(folder, id);
            }
            string[] folders = [.. Ids.Select(id => $"{id}.{PackageFile.Version}/src")];
            DeviceProject[] projects = DeviceProject.FindAll(folder, folders);
            Assert.HasCount(Ids.Length, projects);
            foreach (DeviceProject project in projects)
            {
                AssertPathsLeadToPackages(folder, project);
            }
            var check = new SurfaceCheck(Path.Combine(Documents.Root, "tests/device/surface"));
            Finding[] findings =
            [
                .. check.CheckProjects(projects, _ => { }, out var assemblies).Where(finding => !IsOfPrograms(finding)),
            ];
            Assert.IsEmpty(findings, string.Join('\n', findings.Select(finding => finding.ToString())));
            Assert.HasCount(Ids.Length, assemblies);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    /// <summary>The surface declares members for programs too, and HintPath is another one than in this repository.</summary>
    private static bool IsOfPrograms(Finding finding) =>
        finding.ToString().Contains("differs from the surface's")
        || finding.ToString().Contains("remove it from the surface");

    private static void AssertPathsLeadToPackages(string packages, DeviceProject project)
    {
        XElement document = XElement.Load(Path.Combine(packages, project.Path));
        string folder = Path.GetDirectoryName(Path.Combine(packages, project.Path))!;
        foreach (XElement element in document.Descendants())
        {
            string? path =
                element.Name.LocalName == "HintPath" ? element.Value
                : element.Name.LocalName == "ProjectReference" ? (string?)element.Attribute("Include")
                : null;
            if (path is null)
            {
                continue;
            }
            string full = Path.GetFullPath(Path.Combine(folder, path.Replace('\\', '/')));
            string below = Path.GetRelativePath(packages, full).Replace('\\', '/');
            bool isThere = below.StartsWith("nanoFramework.") || File.Exists(full);
            Assert.IsTrue(isThere, $"{project.Path}: {path} leads to {below}");
        }
    }
}
