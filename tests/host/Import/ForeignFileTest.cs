using System.Text;
using Attune.Host.Import;

namespace Attune.Tests.Import;

/// <summary>Files that people take for an INT8 .tflite network.</summary>
[TestClass]
public sealed class ForeignFileTest
{
    [TestMethod]
    [DataRow("net.tflite", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n", "git lfs pull")]
    [DataRow("net.h5", "\u0089HDF\r\n\u001a\n0000", "TFLiteConverter")]
    [DataRow("net.keras", "PK\u0003\u0004", "TFLiteConverter")]
    [DataRow("net.pb", "\u0008\u0001", "TFLiteConverter")]
    [DataRow("net.onnx", "\u0008\u0007\u0012\u0007pytorch", "ONNX")]
    [DataRow("net.pt", "PK\u0003\u0004archive", "PyTorch")]
    [DataRow("net.cc", "alignas(8) const unsigned char g_model[] = { 0x1c, 0x00, 0x00,", "C source")]
    [DataRow("model_data.h", "const uint8_t model[] = {\n  0x20, 0x00,", "C source")]
    [DataRow("clean.ats", "ATS1\u0001\0\0\0", "a sample file")]
    [DataRow("empty.tflite", "", "the file is empty")]
    public void Are_named_with_what_to_do(string name, string content, string part)
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        string path = Path.Combine(folder, name);
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes(content));
        ImportException thrown = Assert.ThrowsExactly<ImportException>(() => ModelLoader.Load(path));
        Assert.StartsWith(path, thrown.Message);
        Assert.Contains(part, thrown.Message);
        Assert.DoesNotContain("\n", thrown.Message);
        Directory.Delete(folder, true);
    }

    [TestMethod]
    public void A_folder_is_no_model()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        ImportException thrown = Assert.ThrowsExactly<ImportException>(() => ModelLoader.Load(folder));
        Assert.Contains("is a folder", thrown.Message);
        Directory.Delete(folder);
    }

    [TestMethod]
    [DataRow("ethos-u", "Ethos-U (by Vela)")]
    [DataRow("edgetpu-custom-op", "Coral")]
    [DataRow("NeutronGraph", "Neutron")]
    [DataRow("MyOperator", "custom operators are not supported")]
    public void A_file_that_a_compiler_has_changed_is_named(string custom, string part)
    {
        var builder = new TfliteBuilder();
        int from = builder.Activation("in", [1, 12]);
        int to = builder.Activation("out", [1, 12]);
        builder.Operator(BuiltinOperator.Custom, [from], to).Custom = custom;
        ImportException thrown = Assert.ThrowsExactly<ImportException>(() => TfliteImporter.Import(builder.Build()));
        Assert.Contains(part, thrown.Message);
    }
}
