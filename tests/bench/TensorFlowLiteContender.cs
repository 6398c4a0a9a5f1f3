using System.Runtime.InteropServices;

namespace Attune.Bench;

/// <summary>A model in TensorFlow Lite, with or without its XNNPACK delegate.</summary>
public sealed unsafe class TensorFlowLiteContender : IContender
{
    /// <summary>Lets the delegate take signed and unsigned 8-bit operators.</summary>
    private const uint QuantizedFlags = 3;

    private readonly TensorFlowLite library;
    private readonly nint model;
    private readonly nint interpreter;
    private readonly nint delegated;
    private readonly delegate* unmanaged<nint, int> invoke;
    private readonly nint inputTensor;
    private readonly nint outputTensor;
    private readonly byte[] input;
    private readonly byte[] output;

    /// <summary>Loads a model; the input is made of the seed.</summary>
    public TensorFlowLiteContender(TensorFlowLite tensorFlowLite, string path, int threads, bool xnnpack, int seed)
    {
        library = tensorFlowLite;
        nint name = Marshal.StringToCoTaskMemUTF8(path);
        model = ((delegate* unmanaged<nint, nint>)library.Export("TfLiteModelCreateFromFile"))(name);
        Marshal.FreeCoTaskMem(name);
        nint options = ((delegate* unmanaged<nint>)library.Export("TfLiteInterpreterOptionsCreate"))();
        ((delegate* unmanaged<nint, int, void>)library.Export("TfLiteInterpreterOptionsSetNumThreads"))(
            options,
            threads
        );
        if (xnnpack)
        {
            var settings = new DelegateOptions { Threads = threads, Flags = QuantizedFlags };
            delegated = ((delegate* unmanaged<DelegateOptions*, nint>)library.Export("TfLiteXNNPackDelegateCreate"))(
                &settings
            );
            ((delegate* unmanaged<nint, nint, void>)library.Export("TfLiteInterpreterOptionsAddDelegate"))(
                options,
                delegated
            );
        }
        interpreter = ((delegate* unmanaged<nint, nint, nint>)library.Export("TfLiteInterpreterCreate"))(
            model,
            options
        );
        ((delegate* unmanaged<nint, void>)library.Export("TfLiteInterpreterOptionsDelete"))(options);
        if (interpreter == 0)
        {
            throw new InvalidOperationException($"{path}: TensorFlow Lite does not take the model");
        }
        Check(((delegate* unmanaged<nint, int>)library.Export("TfLiteInterpreterAllocateTensors"))(interpreter));
        inputTensor = ((delegate* unmanaged<nint, int, nint>)library.Export("TfLiteInterpreterGetInputTensor"))(
            interpreter,
            0
        );
        outputTensor = ((delegate* unmanaged<nint, int, nint>)library.Export("TfLiteInterpreterGetOutputTensor"))(
            interpreter,
            0
        );
        input = new byte[Bytes(inputTensor)];
        output = new byte[Bytes(outputTensor)];
        invoke = (delegate* unmanaged<nint, int>)library.Export("TfLiteInterpreterInvoke");
        new Random(seed).NextBytes(input);
    }

    /// <inheritdoc/>
    public void Run()
    {
        fixed (byte* from = input)
        {
            Copy("TfLiteTensorCopyFromBuffer", inputTensor, from, input.Length);
        }
        Check(invoke(interpreter));
        fixed (byte* to = output)
        {
            Copy("TfLiteTensorCopyToBuffer", outputTensor, to, output.Length);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ((delegate* unmanaged<nint, void>)library.Export("TfLiteInterpreterDelete"))(interpreter);
        if (delegated != 0)
        {
            ((delegate* unmanaged<nint, void>)library.Export("TfLiteXNNPackDelegateDelete"))(delegated);
        }
        ((delegate* unmanaged<nint, void>)library.Export("TfLiteModelDelete"))(model);
    }

    private long Bytes(nint tensor) =>
        (long)((delegate* unmanaged<nint, nuint>)library.Export("TfLiteTensorByteSize"))(tensor);

    private void Copy(string function, nint tensor, byte* bytes, int count) =>
        Check(((delegate* unmanaged<nint, byte*, nuint, int>)library.Export(function))(tensor, bytes, (nuint)count));

    private static void Check(int status)
    {
        if (status != 0)
        {
            throw new InvalidOperationException($"TensorFlow Lite returned {status}");
        }
    }

    /// <summary>TfLiteXNNPackDelegateOptions of TensorFlow Lite 2.9, with room for what later versions add.</summary>
    private struct DelegateOptions
    {
        public int Threads;
        public uint Flags;
        public nint Reserved;
        public nint Reserved2;
    }
}
