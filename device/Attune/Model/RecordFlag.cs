namespace Attune.Model
{
    /// <summary>Flags of a layer record; their meaning stands at ATTUNE_FLAG_* in attune.h.</summary>
    public static class RecordFlag
    {
        public const int ConstantInput2 = 1;
    }
}
