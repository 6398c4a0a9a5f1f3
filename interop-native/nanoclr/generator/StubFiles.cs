using System.Text;

namespace Attune.Stubs;

/// <summary>
/// The C++ files of a native class, in the names and the layout of nanoFramework's own generator: the method table, the
/// marshalling of each method, and the call of the function of attune.h behind it.
/// </summary>
public static class StubFiles
{
    private const string Banner =
        "/* Written by 'dotnet build nf.proj -t:Stubs' from device/Attune.Kernels: do not edit. */\n"
        + "/* clang-format off */\n";

    /// <summary>File names and texts.</summary>
    public static Dictionary<string, string> All(NativeClass native)
    {
        string project = NativeClass.Identifier(native.Assembly);
        string stubs = $"{project}_{native.FullName}";
        return new Dictionary<string, string>
        {
            [project + ".h"] = TableHeader(native, project, stubs),
            [project + ".cpp"] = Table(native, project, stubs),
            [stubs + "_mshl.cpp"] = Marshalling(native, project, stubs),
            [stubs + ".h"] = StubHeader(native, project, stubs),
            [stubs + ".cpp"] = Stubs(native, project, stubs),
        };
    }

    private static string TableHeader(NativeClass native, string project, string stubs)
    {
        var text = new StringBuilder(Banner);
        text.Append(Guard(project));
        text.Append("#include <nanoCLR_Interop.h>\n#include <nanoCLR_Runtime.h>\n\n");
        text.Append($"struct Library_{stubs}\n{{\n");
        foreach (NativeMethod method in native.Methods.OfType<NativeMethod>())
        {
            text.Append($"    NANOCLR_NATIVE_DECLARE({method.Signature});\n");
        }
        text.Append($"}};\n\nextern const CLR_RT_NativeAssemblyData g_CLR_AssemblyNative_{project};\n\n#endif\n");
        return text.ToString();
    }

    private static string Table(NativeClass native, string project, string stubs)
    {
        var text = new StringBuilder(Banner);
        text.Append($"#include \"{project}.h\"\n\nstatic const CLR_RT_MethodHandler method_lookup[] =\n{{\n");
        foreach (NativeMethod? method in native.Methods)
        {
            text.Append(method is null ? "    NULL,\n" : $"    Library_{stubs}::{method.Signature},\n");
        }
        Version version = native.Version;
        text.Append($"}};\n\nconst CLR_RT_NativeAssemblyData g_CLR_AssemblyNative_{project} =\n{{\n");
        text.Append($"    \"{native.Assembly}\",\n    0x{native.Checksum:X8},\n    method_lookup,\n");
        text.Append($"    {{ {version.Major}, {version.Minor}, {version.Build}, {version.Revision} }}\n}};\n");
        return text.ToString();
    }

    private static string Marshalling(NativeClass native, string project, string stubs)
    {
        var text = new StringBuilder(Banner);
        text.Append($"#include \"{project}.h\"\n#include \"{stubs}.h\"\n\n");
        text.Append($"using namespace {project}::{NativeClass.Identifier(native.Namespace)};\n");
        foreach (NativeMethod method in native.Methods.OfType<NativeMethod>())
        {
            text.Append($"\nHRESULT Library_{stubs}::{method.Signature}(CLR_RT_StackFrame &stack)\n{{\n");
            text.Append("    NANOCLR_HEADER();\n    hr = S_OK;\n    {\n");
            for (int i = 0; i < method.Parameters.Length; i++)
            {
                NativeType type = method.Parameters[i].Type;
                text.Append($"        {type.Cpp} param{i};\n");
                text.Append(
                    $"        NANOCLR_CHECK_HRESULT(Interop_Marshal_{type.Marshaller}(stack, {i}, param{i}));\n"
                );
            }
            string arguments = string.Join(", ", method.Parameters.Select((_, i) => $"param{i}").Append("hr"));
            text.Append($"        {method.Result.Cpp} result = {native.Name}::{method.Name}({arguments});\n");
            text.Append("        NANOCLR_CHECK_HRESULT(hr);\n");
            text.Append($"        SetResult_{method.Result.Marshaller}(stack, result);\n");
            text.Append("    }\n    NANOCLR_NOCLEANUP();\n}\n");
        }
        return text.ToString();
    }

    private static string StubHeader(NativeClass native, string project, string stubs)
    {
        var text = new StringBuilder(Banner);
        text.Append(Guard(stubs));
        text.Append($"namespace {project}\n{{\n    namespace {NativeClass.Identifier(native.Namespace)}\n    {{\n");
        text.Append($"        struct {native.Name}\n        {{\n");
        foreach (NativeMethod method in native.Methods.OfType<NativeMethod>())
        {
            text.Append($"            static {method.Result.Cpp} {method.Name}({Parameters(method)});\n");
        }
        text.Append("        };\n    }\n}\n\n#endif\n");
        return text.ToString();
    }

    private static string Stubs(NativeClass native, string project, string stubs)
    {
        var text = new StringBuilder(Banner);
        text.Append($"#include \"{project}.h\"\n#include \"{stubs}.h\"\n\n#include <attune.h>\n\n");
        text.Append($"using namespace {project}::{NativeClass.Identifier(native.Namespace)};\n\n");
        text.Append(
            """
            /* Whether index .. index + count - 1 lies inside an array of this size. Negative numbers become larger than any size. */
            static bool inside(unsigned int size, signed int index, signed int count)
            {
                return (unsigned int)index <= size && (unsigned int)count <= size - (unsigned int)index;
            }

            """
        );
        foreach (NativeMethod method in native.Methods.OfType<NativeMethod>())
        {
            text.Append($"\n{method.Result.Cpp} {native.Name}::{method.Name}({Parameters(method)})\n{{\n");
            string[] arrays =
            [
                .. method.Parameters.Where(each => each.Type.Element is not null).Select(each => each.Name),
            ];
            text.Append(arrays.Length == 0 ? "    (void)hr;\n" : "");
            foreach (string array in arrays)
            {
                text.Append($"    if (!inside({array}.GetSize(), index, count))\n");
                text.Append("    {\n        hr = CLR_E_OUT_OF_RANGE;\n        return 0;\n    }\n");
            }
            text.Append(
                $"    return {method.Function}({string.Join(", ", method.Parameters.Select(Argument))});\n}}\n"
            );
        }
        return text.ToString();
    }

    private static string Guard(string name) =>
        $"#ifndef {name.ToUpperInvariant()}_H\n#define {name.ToUpperInvariant()}_H\n\n";

    private static string Parameters(NativeMethod method) =>
        string.Join(", ", method.Parameters.Select(each => $"{each.Type.Cpp} {each.Name}").Append("HRESULT &hr"));

    /// <summary>int32_t is another type than int on some compilers, so arrays change theirs.</summary>
    private static string Argument((string Name, NativeType Type) parameter) =>
        parameter.Type.Element is null
            ? parameter.Name
            : $"reinterpret_cast<{parameter.Type.Element} *>({parameter.Name}.GetBuffer())";
}
