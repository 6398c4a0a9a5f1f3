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

    /// <summary>A type that is modified for the compiler: that of an init accessor, for instance.</summary>
    Modifier,
}
