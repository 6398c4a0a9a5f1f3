namespace Attune.DeviceCheck;

/// <summary>Kinds of types that the device has not.</summary>
internal enum Lack
{
    /// <summary>A generic type, method or parameter.</summary>
    Generic,

    /// <summary>An array of more than one dimension.</summary>
    MultiDimensionalArray,

    /// <summary>A pointer, a function pointer or a pinned local.</summary>
    Pointer,

    /// <summary>A typed reference.</summary>
    TypedReference,
}
