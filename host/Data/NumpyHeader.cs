using System.Globalization;

namespace Attune.Host.Data;

/// <summary>
/// The header of a .npy file: a Python dictionary like {'descr': '|u1', 'fortran_order': False, 'shape': (4, 3), }.
/// </summary>
internal sealed class NumpyHeader
{
    private const int MaxDimensions = 32;
    private const string Advice = "save the array with numpy.save as C-ordered uint8, int32 or int64";

    private readonly string text;
    private readonly string file;
    private readonly long offset;
    private int at;

    private NumpyHeader(string text, string file, long offset)
    {
        this.text = text;
        this.file = file;
        this.offset = offset;
    }

    /// <summary>Reads type and shape.</summary>
    /// <param name="text">The header.</param>
    /// <param name="file">The file's path, for messages.</param>
    /// <param name="offset">Where the header begins in the file.</param>
    /// <exception cref="DataException">The header is malformed or asks for what is not supported.</exception>
    public static (NumpyType Type, long[] Shape) Parse(string text, string file, long offset) =>
        new NumpyHeader(text, file, offset).Dictionary();

    private (NumpyType Type, long[] Shape) Dictionary()
    {
        NumpyType? type = null;
        bool? fortran = null;
        long[]? shape = null;
        Expect('{');
        while (!Accept('}'))
        {
            string key = Quoted();
            Expect(':');
            switch (key)
            {
                case "descr" when type is null:
                    type = ElementType();
                    break;
                case "fortran_order" when fortran is null:
                    fortran = Boolean();
                    break;
                case "shape" when shape is null:
                    shape = Tuple();
                    break;
                default:
                    throw Fault($"the key '{key}' is unknown or comes twice");
            }
            if (!Accept(','))
            {
                Expect('}');
                break;
            }
        }
        SkipSpace();
        if (at != text.Length)
        {
            throw Fault("something follows the dictionary");
        }
        if (type is null || fortran is null || shape is null)
        {
            throw Fault("'descr', 'fortran_order' or 'shape' is missing");
        }
        // With less than two dimensions both orders are the same.
        return fortran.Value && shape.Length > 1 ? throw Fault("the array is in Fortran order") : (type.Value, shape);
    }

    private NumpyType ElementType()
    {
        string description = Quoted();
        return description switch
        {
            "|u1" or "<u1" or ">u1" or "=u1" or "u1" => NumpyType.UInt8,
            "<i4" => NumpyType.Int32,
            "<i8" => NumpyType.Int64,
            _ => throw Fault($"elements of type '{description}' are not supported"),
        };
    }

    private bool Boolean()
    {
        SkipSpace();
        foreach (bool value in (bool[])[true, false])
        {
            string word = value ? "True" : "False";
            if (string.CompareOrdinal(text, at, word, 0, word.Length) == 0)
            {
                at += word.Length;
                return value;
            }
        }
        throw Fault("True or False is missing");
    }

    private long[] Tuple()
    {
        var sides = new List<long>();
        Expect('(');
        while (!Accept(')'))
        {
            if (sides.Count == MaxDimensions)
            {
                throw Fault($"the shape has more than {MaxDimensions} dimensions");
            }
            sides.Add(Number());
            if (!Accept(','))
            {
                Expect(')');
                break;
            }
        }
        return [.. sides];
    }

    private long Number()
    {
        SkipSpace();
        int start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }
        if (
            !long.TryParse(
                text.AsSpan(start, at - start),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out long value
            )
        )
        {
            throw Fault("a dimension is no number or too large");
        }
        return value;
    }

    private string Quoted()
    {
        SkipSpace();
        if (at < text.Length && text[at] is '\'' or '"')
        {
            int end = text.IndexOf(text[at], at + 1);
            if (end > 0)
            {
                string value = text[(at + 1)..end];
                at = end + 1;
                return value;
            }
        }
        throw Fault("a quoted text is missing");
    }

    private void Expect(char wanted)
    {
        if (!Accept(wanted))
        {
            throw Fault($"'{wanted}' is missing");
        }
    }

    private bool Accept(char wanted)
    {
        SkipSpace();
        if (at < text.Length && text[at] == wanted)
        {
            at++;
            return true;
        }
        return false;
    }

    private void SkipSpace()
    {
        while (at < text.Length && text[at] is ' ' or '\n' or '\t' or '\r')
        {
            at++;
        }
    }

    private DataException Fault(string reason) =>
        DataException.At(file, offset + at, $"in the header, {reason}", Advice);
}
