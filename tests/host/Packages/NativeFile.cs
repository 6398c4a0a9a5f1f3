using System.Buffers.Binary;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;

namespace Attune.Tests.Packages;

/// <summary>Names in the tables of a shared library: those of ELF (64 bit) and of Windows (PE).</summary>
internal static class NativeFile
{
    private const int DynamicSymbols = 11;
    private const int ImportEntryBytes = 20;

    /// <summary>The processor of an ELF file: 62 is x86-64, 183 is Arm 64 bit.</summary>
    public static int ElfMachine(byte[] file) => Word16(file, 18);

    /// <summary>Names of the functions that an ELF library defines for others.</summary>
    public static string[] ElfExports(byte[] file)
    {
        var names = new List<string>();
        int table = (int)Word64(file, 40);
        int size = Word16(file, 58);
        int count = Word16(file, 60);
        for (int i = 0; i < count; i++)
        {
            int section = table + i * size;
            if (Word32(file, section + 4) != DynamicSymbols)
            {
                continue;
            }
            int strings = (int)Word64(file, table + Word32(file, section + 40) * size + 24);
            int symbols = (int)Word64(file, section + 24);
            int bytes = (int)Word64(file, section + 32);
            for (int symbol = symbols; symbol < symbols + bytes; symbol += 24)
            {
                bool isFunction = (file[symbol + 4] & 15) == 2;
                if (isFunction && Word16(file, symbol + 6) != 0)
                {
                    names.Add(Text(file, strings + Word32(file, symbol)));
                }
            }
        }
        return [.. names.Order(StringComparer.Ordinal)];
    }

    /// <summary>Names of the functions that a DLL exports.</summary>
    public static string[] DllExports(byte[] file)
    {
        using var reader = new PEReader(new MemoryStream(file));
        BlobReader table = Data(reader, reader.PEHeaders.PEHeader!.ExportTableDirectory.RelativeVirtualAddress);
        table.Offset = 24;
        int count = table.ReadInt32();
        table.Offset = 32;
        BlobReader names = Data(reader, table.ReadInt32());
        var exports = new List<string>();
        for (int i = 0; i < count; i++)
        {
            exports.Add(Text(reader, names.ReadInt32()));
        }
        return [.. exports.Order(StringComparer.Ordinal)];
    }

    /// <summary>Names of the DLLs that a DLL needs.</summary>
    public static string[] DllImports(byte[] file)
    {
        using var reader = new PEReader(new MemoryStream(file));
        BlobReader table = Data(reader, reader.PEHeaders.PEHeader!.ImportTableDirectory.RelativeVirtualAddress);
        var imports = new List<string>();
        for (int entry = 0; ; entry += ImportEntryBytes)
        {
            table.Offset = entry + 12;
            int name = table.ReadInt32();
            if (name == 0)
            {
                return [.. imports];
            }
            imports.Add(Text(reader, name));
        }
    }

    private static BlobReader Data(PEReader reader, int address) => reader.GetSectionData(address).GetReader();

    private static string Text(PEReader reader, int address)
    {
        BlobReader text = Data(reader, address);
        return text.ReadUTF8(text.IndexOf(0));
    }

    private static string Text(byte[] file, int offset) =>
        Encoding.ASCII.GetString(file, offset, Array.IndexOf(file, (byte)0, offset) - offset);

    private static ushort Word16(byte[] file, int offset) =>
        BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(offset));

    private static int Word32(byte[] file, int offset) => BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(offset));

    private static long Word64(byte[] file, int offset) => BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(offset));
}
